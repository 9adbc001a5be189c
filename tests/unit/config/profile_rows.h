// SPDX-License-Identifier: MIT
// Rows of config.toml for profile_test.cpp: accepted ones, then refused ones.
#pragma once

#include <array>
#include <string_view>

namespace influxctl::profile_rows {

struct Accepted {
  const char* name;
  std::string_view toml;
  std::string_view profile;  // as describe() tells it
};

inline constexpr auto kAccepted = std::to_array<Accepted>({
    {"shortest", "[[profile]]\nname = 'default'\nhost = 'h'\n", "default clustered h:443"},
    {"crlf_and_bom", "\xef\xbb\xbf[[profile]]\r\nname = 'default'\r\nhost = 'h'\r\n",
     "default clustered h:443"},
    {"every_profile_key", R"([[profile]]
name = "default"
product = "clustered"
host = "cluster.example.com"
port = "8086"
database = "db"
token = "apiv1_x"
account_id = "a-1"
cluster_id = "c-1"
mgmt_token = "M.V1.x"
)",
     "default clustered cluster.example.com:8086 account=a-1 cluster=c-1 "
     "mgmt_token"},
    {"every_tls_key", R"([[profile]]
name = "default"
host = "h"
[profile.tls]
insecure = true
disable = false
cert = "c.pem"
key = "~/k.pem"
ca = "/ca.pem"
)",
     "default clustered h:443 insecure cert=c.pem key=/home/x/k.pem ca=/ca.pem"},
    {"token_file",
     "[[profile]]\nname='default'\nhost='h'\n[profile.auth.token]\ntoken_file='~/t'\n",
     "default clustered h:443 token_file=/home/x/t"},
    {"tls_disable_makes_port_80", "[[profile]]\nname='default'\nhost='h'\ntls={disable=true}\n",
     "default clustered h:80 disable"},
    {"tls_disable_with_certificates_is_fine",
     "[[profile]]\nname='default'\nhost='h'\ntls={disable=true,ca='a',cert='b',key='c'}\n",
     "default clustered h:80 disable cert=b key=c ca=a"},
    {"port_beats_tls_disable",
     "[[profile]]\nname='default'\nhost='h'\nport=8086\ntls.disable=true\n",
     "default clustered h:8086 disable"},
    {"port_1", "[[profile]]\nname='default'\nhost='h'\nport=1\n", "default clustered h:1"},
    {"port_65535", "[[profile]]\nname='default'\nhost='h'\nport='65535'\n",
     "default clustered h:65535"},
    {"empty_strings_are_unset", R"([[profile]]
name = "default"
product = ""
host = "h"
port = ""
database = ""
token = ""
account_id = ""
cluster_id = ""
mgmt_token = ""
[profile.tls]
cert = ""
key = ""
ca = ""
[profile.auth.oauth2]
client_id = ""
client_secret = ""
scopes = [""]
parameters = { audience = "" }
token_url = ""
device_url = ""
[profile.auth.token]
token_file = ""
)",
     "default clustered h:443"},
    {"text_after_a_folded_line",
     "[[profile]]\nname='default'\nhost='h'\ntls.ca=\"\"\"a\\\n é\"\"\"\n",
     "default clustered h:443 ca=aé"},
    {"dedicated", R"([[profile]]
name = "default"
product = "dedicated"
account_id = "a"
cluster_id = "c"
)",
     "default dedicated :443 account=a cluster=c"},
    {"id_of_128", R"([[profile]]
name = "default"
host = "h"
account_id = "00000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000"
)",
     "default clustered h:443 "
     "account=0000000000000000000000000000000000000000000000000000000000000000000000000000000000000"
     "0000000000000000000000000000000000000000000"},
    {"host_ipv4", "[[profile]]\nname='default'\nhost='10.0.0.1'\n",
     "default clustered 10.0.0.1:443"},
    {"host_ipv6", "[[profile]]\nname='default'\nhost='2001:db8::1'\n",
     "default clustered 2001:db8::1:443"},
    {"host_ipv6_in_brackets", "[[profile]]\nname='default'\nhost='[::1]'\n",
     "default clustered ::1:443"},
    {"host_with_underscore", "[[profile]]\nname='default'\nhost='my_host.local'\n",
     "default clustered my_host.local:443"},
    {"host_with_digits_first", "[[profile]]\nname='default'\nhost='4f3c2a1b'\n",
     "default clustered 4f3c2a1b:443"},
    {"host_label_of_63",
     "[[profile]]\nname='default'\n"
     "host='abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijk'\n",
     "default clustered abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijk:443"},
    {"another_profile_may_be_incomplete",
     "[[profile]]\nname='other'\n[profile.auth.oauth2]\nclient_id='x'\n"
     "[[profile]]\nname='default'\nhost='h'\n",
     "default clustered h:443"},
    {"inline_profile", "profile = [{name='default', host='h'}]\n", "default clustered h:443"},
    {"comment_with_many_dots",
     "# "
     "............................................................................................."
     "..."
     "............................................................................................."
     "..."
     "............................................................................................."
     "..."
     "\n[[profile]]\nname='default'\nhost='h'\n",
     "default clustered h:443"},
    {"keycloak", R"([[profile]]
name = "default"
product = "clustered"
host = "cluster.example.com"
port = "8086"
[profile.auth.oauth2]
client_id = "influxctl"
scopes = [""]
parameters = { audience = "" }
token_url = "https://keycloak.example.com/realms/R/protocol/openid-connect/token"
device_url = "https://keycloak.example.com/realms/R/protocol/openid-connect/auth/device"
)",
     "default clustered cluster.example.com:8086 client_id=influxctl "
     "token_url=https://keycloak.example.com/realms/R/protocol/openid-connect/token "
     "device_url=https://keycloak.example.com/realms/R/protocol/openid-connect/auth/device"},
    {"auth0", R"([[profile]]
name = "default"
product = "clustered"
host = "cluster.example.com"
port = "8086"
[profile.auth.oauth2]
client_id = "abc"
client_secret = "xyz"
scopes = []
parameters = { audience = "api", "other" = "b" }
token_url = "https://h.auth0.com/oauth/token"
device_url = "https://h.auth0.com/oauth/device/code"
)",
     "default clustered cluster.example.com:8086 client_id=abc client_secret "
     "parameter:audience=api parameter:other=b "
     "token_url=https://h.auth0.com/oauth/token device_url=https://h.auth0.com/oauth/device/code"},
    {"microsoft_entra_id", R"([[profile]]
name = "default"
product = "clustered"
host = "cluster.example.com"
port = "8086"
[profile.auth.oauth2]
client_id = "1234"
scopes = ["1234/.default"]
parameters = { audience = "" }
token_url = "https://login.microsoftonline.com/T/oauth2/v2.0/token"
device_url = "https://login.microsoftonline.com/T/oauth2/v2.0/devicecode"
)",
     "default clustered cluster.example.com:8086 client_id=1234 scope=1234/.default "
     "token_url=https://login.microsoftonline.com/T/oauth2/v2.0/token "
     "device_url=https://login.microsoftonline.com/T/oauth2/v2.0/devicecode"},
    {"urls_of_this_machine", R"([[profile]]
name = "default"
host = "h"
[profile.auth.oauth2]
client_id = "i"
token_url = "http://127.0.0.2:8080/token"
device_url = "HTTP://[::1]:8080/device?x=y@z"
)",
     "default clustered h:443 client_id=i token_url=http://127.0.0.2:8080/token "
     "device_url=HTTP://[::1]:8080/device?x=y@z"},
});

// The lines of a complete profile, for rows that go on after them.
#define INFLUXCTL_PROFILE "[[profile]]\nname = 'default'\nhost = 'h'\n"
#define INFLUXCTL_OAUTH2 INFLUXCTL_PROFILE "[profile.auth.oauth2]\n"

struct Refused {
  const char* name;
  std::string_view toml;
  std::string_view message;
  std::string_view hints = {};  // joined by " | "
};

inline constexpr auto kRefused = std::to_array<Refused>({
    // Keys
    {"unknown_key", "[[profile]]\nname='default'\nprt=1\n",
     R"(c.toml:3:1: unknown key "prt" in [[profile]])", R"(did you mean "port"?)"},
    {"unknown_key_without_a_near_one", "[[profile]]\nname='default'\n  zzzzzz=1\n",
     R"(c.toml:3:3: unknown key "zzzzzz" in [[profile]])"},
    {"unknown_key_in_tls", INFLUXCTL_PROFILE "tls = { insecur = true }\n",
     R"(c.toml:4:9: unknown key "insecur" in [profile.tls])", R"(did you mean "insecure"?)"},
    {"unknown_key_in_auth", INFLUXCTL_PROFILE "[profile.auth]\noauth = 1\n",
     R"(c.toml:5:1: unknown key "oauth" in [profile.auth])", R"(did you mean "oauth2"?)"},
    {"unknown_key_in_oauth2", INFLUXCTL_OAUTH2 "clientid = 'x'\n",
     R"(c.toml:5:1: unknown key "clientid" in [profile.auth.oauth2])",
     R"(did you mean "client_id"?)"},
    {"unknown_key_in_token", INFLUXCTL_PROFILE "auth.token.tokenfile = 'x'\n",
     R"(c.toml:4:12: unknown key "tokenfile" in [profile.auth.token])",
     R"(did you mean "token_file"?)"},
    {"unknown_table", "[[profiles]]\nname='default'\n",
     R"(c.toml:1:3: unknown key "profiles" outside of [[profile]])", R"(did you mean "profile"?)"},
    {"key_outside_of_its_table", "host = 'h'\n",
     R"(c.toml:1:1: unknown key "host" outside of [[profile]])", "it belongs in [[profile]]"},
    {"key_in_the_wrong_table", INFLUXCTL_PROFILE "insecure = true\n",
     R"(c.toml:4:1: unknown key "insecure" in [[profile]])", "it belongs in [profile.tls]"},
    {"unknown_key_of_another_profile", INFLUXCTL_PROFILE "[[profile]]\nname='b'\nx=1\n",
     R"(c.toml:6:1: unknown key "x" in [[profile]])"},
    {"unknown_key_with_an_escape", INFLUXCTL_PROFILE "\"a\\u001b[31m\" = 1\n",
     R"(c.toml:4:1: unknown key "a\x1b[31m" in [[profile]])"},
    {"token_pasted_as_a_key", INFLUXCTL_PROFILE "'M.V1.abcdef' = 1\n",
     "c.toml:4:1: unknown key in [[profile]]",
     "the key is not shown here, because it may hold a secret"},
    {"long_key", INFLUXCTL_PROFILE "a1234567890123456789012345678901234567890 = 1\n",
     "c.toml:4:1: unknown key in [[profile]]",
     "the key is not shown here, because it may hold a secret"},
    {"column_counts_code_points", "[[profile]]\nname='é'\n'é' . b = 1\n",
     R"(c.toml:3:1: unknown key "é" in [[profile]])"},

    // Types
    {"profile_is_a_table", "[profile]\nname='default'\n",
     "c.toml:1:2: profile must be an array of tables",
     "write the header with two brackets: [[profile]]"},
    {"profile_is_an_array_of_strings", "profile=['default']\n",
     "c.toml:1:1: profile must be an array of tables",
     "write the header with two brackets: [[profile]]"},
    {"name_is_an_integer", "[[profile]]\nname=1\n",
     "c.toml:2:1: name must be a string, not an integer"},
    {"product_is_a_float", INFLUXCTL_PROFILE "product=1.5\n",
     "c.toml:4:1: product must be a string, not a floating-point"},
    {"host_is_an_array", "[[profile]]\nname='default'\nhost=['h']\n",
     "c.toml:3:1: host must be a string, not an array"},
    {"port_is_a_boolean", "[[profile]]\nname='default'\n       port=true\n",
     "c.toml:3:8: port must be an integer or a string, not a boolean"},
    {"database_is_a_date", INFLUXCTL_PROFILE "database=2031-01-02\n",
     "c.toml:4:1: database must be a string, not a date"},
    {"token_is_a_time", INFLUXCTL_PROFILE "token=03:04:05\n",
     "c.toml:4:1: token must be a string, not a time"},
    {"account_id_is_a_date_time", INFLUXCTL_PROFILE "account_id=2031-01-02T03:04:05Z\n",
     "c.toml:4:1: account_id must be a string, not a date-time"},
    {"mgmt_token_is_a_table", INFLUXCTL_PROFILE "mgmt_token.x=1\n",
     "c.toml:4:1: mgmt_token must be a string, not a table"},
    {"tls_is_a_string", INFLUXCTL_PROFILE "tls='on'\n",
     "c.toml:4:1: tls must be a table, not a string"},
    {"insecure_is_a_string", INFLUXCTL_PROFILE "tls.insecure='true'\n",
     "c.toml:4:5: tls.insecure must be a boolean, not a string"},
    {"auth_is_an_array_of_tables", INFLUXCTL_PROFILE "[[profile.auth]]\n",
     "c.toml:4:11: auth must be a table, not an array"},
    {"oauth2_is_a_boolean", INFLUXCTL_PROFILE "auth.oauth2=true\n",
     "c.toml:4:6: auth.oauth2 must be a table, not a boolean"},
    {"client_secret_is_an_integer", INFLUXCTL_OAUTH2 "client_secret=1\n",
     "c.toml:5:1: auth.oauth2.client_secret must be a string, not an integer"},
    {"scopes_is_a_string", INFLUXCTL_OAUTH2 "scopes='a'\n",
     "c.toml:5:1: auth.oauth2.scopes must be an array of strings, not a string"},
    {"scopes_has_an_integer", INFLUXCTL_OAUTH2 "scopes=['a',1]\n",
     "c.toml:5:1: auth.oauth2.scopes must be an array of strings, but has an integer"},
    {"parameters_is_an_array", INFLUXCTL_OAUTH2 "parameters=[]\n",
     "c.toml:5:1: auth.oauth2.parameters must be a table of strings, not an array"},
    {"parameters_has_a_boolean", INFLUXCTL_OAUTH2 "parameters={a=true}\n",
     "c.toml:5:1: auth.oauth2.parameters must be a table of strings, but has a boolean"},
    {"token_file_is_an_integer", INFLUXCTL_PROFILE "[profile.auth.token]\ntoken_file=1\n",
     "c.toml:5:1: auth.token.token_file must be a string, not an integer"},

    // Values
    {"control_character", INFLUXCTL_PROFILE "database=\"a\\nb\"\n",
     "c.toml:4:1: database must not have control characters"},
    {"control_character_in_a_scope", INFLUXCTL_OAUTH2 "scopes=[\"a\\u0000\"]\n",
     "c.toml:5:1: auth.oauth2.scopes must not have control characters"},
    {"product_misspelt", INFLUXCTL_PROFILE "product='cluster'\n",
     R"(c.toml:4:1: product must be "clustered" or "dedicated", not "cluster")",
     R"(did you mean "clustered"?)"},
    {"product_of_another_kind", INFLUXCTL_PROFILE "product='cloud'\n",
     R"(c.toml:4:1: product must be "clustered" or "dedicated", not "cloud")"},
    {"port_0", INFLUXCTL_PROFILE "port=0\n", "c.toml:4:1: port must be from 1 to 65535, not 0"},
    {"port_65536", INFLUXCTL_PROFILE "port=65536\n",
     "c.toml:4:1: port must be from 1 to 65535, not 65536"},
    {"port_negative", INFLUXCTL_PROFILE "port=-1\n",
     "c.toml:4:1: port must be from 1 to 65535, not -1"},
    {"port_of_letters", INFLUXCTL_PROFILE "port='https'\n",
     R"(c.toml:4:1: port must be from 1 to 65535, not "https")"},
    {"port_with_a_sign", INFLUXCTL_PROFILE "port='+443'\n",
     R"(c.toml:4:1: port must be from 1 to 65535, not "+443")"},
    {"port_with_a_space", INFLUXCTL_PROFILE "port='443 '\n",
     R"(c.toml:4:1: port must be from 1 to 65535, not "443 ")"},
    {"account_id_with_a_space", INFLUXCTL_PROFILE "account_id='a b'\n",
     "c.toml:4:1: account_id must be 1 to 128 printable ASCII characters without white space"},
    {"cluster_id_not_ascii", INFLUXCTL_PROFILE "cluster_id='é'\n",
     "c.toml:4:1: cluster_id must be 1 to 128 printable ASCII characters without white space"},
    {"account_id_of_dots", INFLUXCTL_PROFILE "account_id='..'\n",
     R"(c.toml:4:1: account_id must have no part "." or "..")"},
    {"cluster_id_with_a_part_of_dots", INFLUXCTL_PROFILE "cluster_id='a/./b'\n",
     R"(c.toml:4:1: cluster_id must have no part "." or "..")"},
    {"cert_without_key", INFLUXCTL_PROFILE "[profile.tls]\ncert='c'\n",
     "c.toml:5:1: tls.cert needs tls.key as well"},
    {"key_without_cert", INFLUXCTL_PROFILE "[profile.tls]\ncert=''\nkey='k'\n",
     "c.toml:6:1: tls.key needs tls.cert as well"},

    // Names and what is missing
    {"no_name", "# a comment\n[[profile]]\nhost='h'\n", "c.toml:2:1: this profile has no name",
     R"(add a line: name = "default")"},
    {"empty_name", "[[profile]]\nhost='h'\nname=''\n", "c.toml:3:1: this profile has no name",
     R"(add a line: name = "default")"},
    {"name_twice", INFLUXCTL_PROFILE "[[profile]]\n  name = 'default'\n",
     R"(c.toml:5:3: profile "default" is defined twice, first at line 2, column 1)"},
    {"name_of_another_twice", INFLUXCTL_PROFILE "[[profile]]\nname='b'\n[[profile]]\nname='b'\n",
     R"(c.toml:7:1: profile "b" is defined twice, first at line 5, column 1)"},
    {"no_host", "[[profile]]\nname='default'\n", R"(c.toml:1:1: profile "default" has no host)",
     R"(add a line: host = "cluster.example.com")"},
    {"dedicated_without_account", "[[profile]]\nname='default'\nproduct='dedicated'\n",
     R"(c.toml:1:1: profile "default" has no account_id)",
     R"(add a line: account_id = "…", or give --account)"},
    {"dedicated_without_cluster",
     "[[profile]]\nname='default'\nproduct='dedicated'\naccount_id='a'\n",
     R"(c.toml:1:1: profile "default" has no cluster_id)",
     R"(add a line: cluster_id = "…", or give --cluster)"},
    {"oauth2_without_its_urls", INFLUXCTL_OAUTH2 "client_id='x'\n",
     "c.toml:4:15: [profile.auth.oauth2] has no token_url, device_url"},
    {"oauth2_without_client_id",
     INFLUXCTL_OAUTH2 "token_url='https://h/t'\ndevice_url='https://h/d'\n",
     "c.toml:4:15: [profile.auth.oauth2] has no client_id"},
    {"no_profile_at_all", "# nothing\n", R"(c.toml: there is no profile "default")",
     "add one to the file: |   [[profile]] |   name = \"default\" |   product = \"clustered\" |   "
     "host = \"cluster.example.com\""},
    {"empty_file", "", R"(c.toml: there is no profile "default")",
     "add one to the file: |   [[profile]] |   name = \"default\" |   product = \"clustered\" |   "
     "host = \"cluster.example.com\""},
    {"no_default", "[[profile]]\nname='prod'\nhost='h'\n[[profile]]\nname='test'\n",
     R"(c.toml: there is no profile "default")",
     R"(the file has "prod", "test"; choose with --profile or INFLUXCTL_PROFILE)"},
    {"nearly_default", "[[profile]]\nname='defualt'\n", R"(c.toml: there is no profile "default")",
     R"(did you mean "defualt"? | the file has "defualt"; choose with --profile or )"
     "INFLUXCTL_PROFILE"},

    // Syntax
    {"no_value", INFLUXCTL_PROFILE "port =\n", "c.toml:4:7: not valid TOML"},
    {"no_equals_sign", INFLUXCTL_PROFILE "port 8086\n", "c.toml:4:6: not valid TOML"},
    {"text_without_quotes", INFLUXCTL_PROFILE "database = db\n", "c.toml:4:12: not valid TOML",
     "write text in double quotes, and a boolean as true or false"},
    {"nearly_true", INFLUXCTL_PROFILE "tls.disable = tRUE\n", "c.toml:4:16: not valid TOML",
     "write text in double quotes, and a boolean as true or false"},
    {"true_in_python", INFLUXCTL_PROFILE "tls.disable = True  # why\n",
     "c.toml:4:15: not valid TOML", "write text in double quotes, and a boolean as true or false"},
    {"yes_in_yaml", INFLUXCTL_PROFILE "tls.disable = yes\n", "c.toml:4:15: not valid TOML",
     "write text in double quotes, and a boolean as true or false"},
    {"string_not_closed", INFLUXCTL_PROFILE "database = \"db\n", "c.toml:4:15: not valid TOML"},
    {"string_not_closed_at_the_end", INFLUXCTL_PROFILE "database = \"db",
     "c.toml:4:15: not valid TOML"},
    {"backslash", INFLUXCTL_PROFILE "tls.ca = \"C:\\pki\"\n", "c.toml:4:14: not valid TOML"},
    {"key_twice", INFLUXCTL_PROFILE "host = 'i'\n",
     "c.toml:4:8: not valid TOML: a key or table is defined twice"},
    {"table_twice", INFLUXCTL_PROFILE "[profile.tls]\n[profile.tls]\n",
     "c.toml:5:1: not valid TOML: a key or table is defined twice"},
    {"unknown_key_twice", "x1234567=1\nx1234567=2\n",
     "c.toml:2:10: not valid TOML: a key or table is defined twice"},
    {"header_not_closed", "[[profile]\nname='default'\n", "c.toml:1:11: not valid TOML"},
    {"two_values", INFLUXCTL_PROFILE "database = 'a' 'b'\n", "c.toml:4:16: not valid TOML"},
    {"octal_port", INFLUXCTL_PROFILE "port = 0443\n", "c.toml:4:12: not valid TOML"},
    {"nested_too_deeply", "x = [[[[[[[[[1]]]]]]]]]\n", "c.toml:1:13: not valid TOML"},
    {"junk", "%\n", "c.toml:1:1: not valid TOML"},
    {"header_of_no_name", INFLUXCTL_PROFILE "[$]\n", "c.toml:4:2: not valid TOML"},
    {"header_of_no_name_at_the_end", INFLUXCTL_PROFILE "[[ *", "c.toml:4:4: not valid TOML"},
    {"letter_in_a_bare_key", INFLUXCTL_PROFILE "pört = 1\n", "c.toml:4:2: not valid TOML"},
    {"letter_as_a_value", INFLUXCTL_PROFILE "port = é\n", "c.toml:4:8: not valid TOML"},
    {"nul_byte", std::string_view("[[profile]]\nname='a\0b'\n", 23), "c.toml:2:8: a NUL byte"},
    {"not_utf8", "[[profile]]\nname='\xc3\xa9\xff'\n", "c.toml:2:8: the file is not UTF-8"},
    {"latin_1_in_a_comment", "# caf\xe9\n", "c.toml:1:6: the file is not UTF-8"},
});

}  // namespace influxctl::profile_rows
