// SPDX-License-Identifier: MIT
#include "influxctl/cli/suggestion.h"

#include <algorithm>
#include <array>

#include "influxctl/base/text.h"

namespace influxctl {

namespace {

/// What people write for `meant`, each between spaces.
struct Synonyms {
  std::string_view meant, words;
};
constexpr std::array<Synonyms, 23> kSynonyms{{
    {"list", " ls show get "},
    {"revoke", " rm delete del remove "},
    {"create", " new add make generate "},
    {"rotate", " renew replace regenerate "},
    {"login", " signin "},
    {"logout", " signout "},
    {"status", " whoami "},
    {"--expires-in",
     " --ttl --expiry --expire --expires --expiration --duration --valid-for --lifetime "
     "--max-age "},
    {"--description", " --desc --name --note --comment -d -m "},
    {"--output", " -o --out --file --outfile "},
    {"--format json", " --json "},
    {"--format", " -o --output "},  // of list, which has no --output
    {"--quiet", " -q --silent "},
    {"--dry-run", " -n --no-act --check "},
    {"--force", " -y --yes -f --assume-yes "},
    {"--debug", " --verbose -v "},
    {"--profile", " -p "},
    {"--config", " -c "},
    {"--sort", " --order-by --sort-by "},
    {"created", " date time age "},
    {"description", " name "},
    {"expires", " expiry expiration ttl "},
    {"revoked", " live state status "},
}};

bool contains(const std::vector<std::string>& candidates, std::string_view word) {
  return std::find(candidates.begin(), candidates.end(), word) != candidates.end();
}

}  // namespace

std::string suggestion(std::string_view word, const std::vector<std::string>& candidates) {
  const std::string lower = lower_case(word);
  for (const auto& [meant, words] : kSynonyms) {
    const bool is_one = words.find(" " + lower + " ") != std::string_view::npos;
    if (is_one && contains(candidates, meant.substr(0, meant.find(' ')))) return std::string(meant);
  }
  std::vector<std::string> longer;
  std::copy_if(candidates.begin(), candidates.end(), std::back_inserter(longer),
               [&](const std::string& candidate) { return candidate.starts_with(lower); });
  constexpr std::size_t kTelling = 3;  // letters, dashes not counted
  const std::size_t letters = lower.size() - std::min(lower.find_first_not_of('-'), lower.size());
  return longer.size() == 1 && letters >= kTelling ? longer.front() : nearest(lower, candidates);
}

}  // namespace influxctl
