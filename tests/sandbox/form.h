// SPDX-License-Identifier: MIT
#pragma once

#include <map>
#include <string>
#include <string_view>

namespace influxctl::sandbox {

/// The fields of a form by name, decoded.
using Form = std::map<std::string, std::string>;

/// Reads application/x-www-form-urlencoded strictly: all that needs encoding is encoded, and every
/// field has a name and a value and is there once. Throws std::invalid_argument, whose text holds
/// no value.
Form parse_form(std::string_view text);

/// The text with its percent-encoded bytes decoded; a broken escape stays as it is.
std::string percent_decoded(std::string_view text);

/// The field's value; null where there is none.
const std::string* field(const Form& form, const std::string& name);

/// The form for the ledger, byte for byte but for its secrets: the values of client_secret,
/// device_code and refresh_token, and every part that is no encoded field, are shown as `sha256:`
/// and the digest (of the decoded value; of the part).
std::string shown_form(std::string_view text);

}  // namespace influxctl::sandbox
