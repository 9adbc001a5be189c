// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "influxctl/cli/cli_grammar.h"

namespace influxctl {

/// Throws Error{usage}.
[[noreturn]] void usage_error(const std::string& message, std::vector<std::string> hints = {});

/// A hint that names the candidate nearest to the word, or else the help.
std::vector<std::string> did_you_mean(std::string_view word,
                                      const std::vector<std::string>& candidates);

/// Refuses a word that the grammar has no place for, with the nearest right one.
[[noreturn]] void refuse_word(const std::string& word, const CLI::App& app);

/// Refuses what CLI11 takes without a word: a flag as the value of another, and "++".
void refuse_misread_words(CLI::App& app, const std::vector<std::string>& arguments);

/// Refuses what CLI11 does not accept: a flag twice, without its value, or with one too many.
[[noreturn]] void refuse_count(const CLI::ParseError& error, Grammar& grammar,
                               const std::vector<std::string>& arguments);

}  // namespace influxctl
