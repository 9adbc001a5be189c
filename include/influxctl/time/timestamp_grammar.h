// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "influxctl/time/timestamp.h"

/// What the files of the room `timestamp` share.
namespace influxctl {

/// A text of date-time's form, read but not yet checked against clock and calendar.
struct Fields {
  int year = 0;
  int month = 0;
  int day = 0;
  int hour = 0;
  int minute = 0;
  int second = 0;
  std::int32_t nanos = 0;
  int offset_sign = 1;
  int offset_hour = 0;
  int offset_minute = 0;
};

/// The number of ASCII digits that the text starts with.
std::size_t digit_run(std::string_view text);

/// Takes the character off the front of the text, if it is there.
bool take(std::string_view& text, char wanted);

/// Takes exactly this many digits (at most nine) off the front of the text, if they are there.
bool take_number(std::string_view& text, std::size_t digits, int& number);

/// Reads the form of RFC 3339 date-time; nothing when the text has another form.
std::optional<Fields> read_fields(std::string_view text);

/// Which field is out of its range, if any, and the mend.
std::optional<Rfc3339Problem> range_problem(const Fields& fields);

/// The hint "write INSTANT", or `otherwise` where four digits of year cannot say the instant.
std::string mend_as(Timestamp instant, std::string otherwise);

/// For a text that is close to the form: the first departure from it and the mend. For a text of
/// the right form with a field out of range: that field.
Rfc3339Problem near_miss(std::string_view text);

/// For a text of quite another form.
inline constexpr std::string_view kLikeThis = "write it like 2031-01-02T03:04:05Z";

}  // namespace influxctl
