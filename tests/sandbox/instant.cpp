// SPDX-License-Identifier: MIT
#include "instant.h"

#include <chrono>
#include <iomanip>
#include <regex>
#include <sstream>

namespace influxctl::sandbox {

namespace {

using std::chrono::days;
using std::chrono::sys_days;

std::int64_t nanoseconds(std::string fraction) {
  fraction.resize(9, '0');
  return std::stoll(fraction);
}

}  // namespace

Instant current_instant() {
  const auto now = std::chrono::duration_cast<std::chrono::microseconds>(
                       std::chrono::system_clock::now().time_since_epoch())
                       .count();
  return {now / 1'000'000, now % 1'000'000 * 1'000};
}

std::optional<Instant> parse_instant(const std::string& text) {
  static const std::regex shape(
      R"((\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d+))?(?:Z|([+-])(\d\d):(\d\d)))");
  std::smatch part;
  if (text.size() > 100 || !std::regex_match(text, part, shape)) return std::nullopt;
  const auto number = [&part](std::size_t group) -> std::int64_t {
    return part[group].length() == 0 ? 0 : std::stoi(part[group].str());
  };
  const auto date = std::chrono::year(static_cast<int>(number(1))) /
                    std::chrono::month(static_cast<unsigned>(number(2))) /
                    std::chrono::day(static_cast<unsigned>(number(3)));
  if (!date.ok() || number(4) > 23 || number(5) > 59 || number(6) > 59 || number(9) > 23 ||
      number(10) > 59) {
    return std::nullopt;
  }
  const std::int64_t offset = (number(9) * 60 + number(10)) * 60;
  const std::int64_t local = sys_days(date).time_since_epoch().count() * 86'400LL +
                             (number(4) * 60 + number(5)) * 60 + number(6);
  return Instant{part[8] == "-" ? local + offset : local - offset, nanoseconds(part[7].str())};
}

std::string format_instant(Instant instant) {
  const auto whole_days = std::chrono::floor<days>(std::chrono::seconds(instant.seconds));
  const std::chrono::year_month_day date{sys_days(whole_days)};
  const std::chrono::hh_mm_ss time(std::chrono::seconds(instant.seconds) - whole_days);
  std::ostringstream text;
  text << std::setfill('0') << std::setw(4) << static_cast<int>(date.year()) << '-' << std::setw(2)
       << static_cast<unsigned>(date.month()) << '-' << std::setw(2)
       << static_cast<unsigned>(date.day()) << 'T' << std::setw(2) << time.hours().count() << ':'
       << std::setw(2) << time.minutes().count() << ':' << std::setw(2) << time.seconds().count();
  if (instant.nanos != 0) {
    std::string fraction = std::to_string(1'000'000'000 + instant.nanos).substr(1);
    fraction.erase(fraction.find_last_not_of('0') + 1);
    text << '.' << fraction;
  }
  text << 'Z';
  return text.str();
}

}  // namespace influxctl::sandbox
