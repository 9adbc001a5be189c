// SPDX-License-Identifier: MIT
#include <algorithm>
#include <utility>

#include "influxctl/base/text.h"
#include "influxctl/time/timestamp_grammar.h"

namespace influxctl {

namespace {

/// A lenient reading of a near miss: what is left to read, what strict reading should have found,
/// and the first departure from the form.
struct Draft {
  std::string_view rest;
  std::string mended;
  std::string reason;
};

void blame(Draft& draft, std::string reason) {
  if (draft.reason.empty()) draft.reason = std::move(reason);
}

/// Stops the reading, with the reason for it.
bool give_up(Draft& draft, std::string reason) {
  draft.reason = std::move(reason);
  draft.mended.clear();
  return false;
}

void copy_digits(Draft& draft, std::size_t count) {
  draft.mended += draft.rest.substr(0, count);
  draft.rest.remove_prefix(count);
}

/// A field of two digits; `is_run_together` when digits of the next field follow at once.
bool draft_pair(Draft& draft, const std::string& name, bool is_run_together) {
  const std::size_t size = digit_run(draft.rest);
  if (size == 1) {
    blame(draft, "the " + name + " has one digit, not two");
    draft.mended += '0';
  } else if (size == 0 || (size != 2 && !is_run_together)) {
    return give_up(draft, "the " + name + " is not two digits");
  }
  copy_digits(draft, std::min<std::size_t>(size, 2));
  return true;
}

bool draft_date(Draft& draft) {
  const std::size_t run = digit_run(draft.rest);
  const bool is_run_together = run == 8 || run == 14;  // 20310102, 20310102030405
  if (run != 4 && !is_run_together) return give_up(draft, "the year is not four digits");
  copy_digits(draft, 4);
  for (const std::string name : {"month", "day"}) {
    if (is_run_together) {
      blame(draft, "the date has no hyphens");
    } else if (take(draft.rest, '/') || take(draft.rest, '.')) {
      blame(draft, "the date is not set off by hyphens");
    } else if (!take(draft.rest, '-')) {
      return give_up(draft, "the date is not of the form 2031-01-02");
    }
    draft.mended += '-';
    if (!draft_pair(draft, name, is_run_together)) return false;
  }
  return true;
}

bool draft_separator(Draft& draft) {
  if (take(draft.rest, ' ')) {
    blame(draft, "a space stands where the T belongs");
    draft.rest = trimmed(draft.rest);
  } else if (!take(draft.rest, 'T') && !take(draft.rest, 't')) {
    if (digit_run(draft.rest) != 6) return give_up(draft, "no T follows the date");
    blame(draft, "no T follows the date");
  }
  draft.mended += 'T';
  return true;
}

void draft_fraction(Draft& draft) {
  if (take(draft.rest, ',')) {
    blame(draft, "the fraction is set off by a comma");
  } else if (!take(draft.rest, '.')) {
    return;
  }
  const std::size_t size = digit_run(draft.rest);
  if (size == 0) {
    blame(draft, "the fraction has no digits");
    return;
  }
  draft.mended += '.';
  draft.mended += draft.rest.substr(0, std::min<std::size_t>(size, 9));
  draft.rest.remove_prefix(size);
}

bool draft_time(Draft& draft) {
  const std::size_t run = digit_run(draft.rest);
  const bool is_run_together = run == 4 || run == 6;  // 0304, 030405
  if (!draft_pair(draft, "hour", is_run_together)) return false;
  for (const std::string name : {"minute", "second"}) {
    const bool is_next = is_run_together && digit_run(draft.rest) > 0;
    draft.mended += ':';
    if (is_next) blame(draft, "the time has no colons");
    if (is_next || take(draft.rest, ':')) {
      if (!draft_pair(draft, name, is_run_together)) return false;
    } else {
      blame(draft, "the " + name + "s are missing");
      draft.mended += "00";
    }
  }
  draft_fraction(draft);
  return true;
}

bool draft_numeric_offset(Draft& draft) {
  draft.mended += draft.rest.front();
  draft.rest.remove_prefix(1);
  const std::size_t run = digit_run(draft.rest);
  if (run != 4 && !draft_pair(draft, "offset's hour", false)) return false;
  if (run == 4) {
    blame(draft, "the offset has no colon");
    copy_digits(draft, 2);
  } else if (!take(draft.rest, ':')) {
    blame(draft, "the offset has no minutes");
    draft.mended += ":00";
    return true;
  }
  draft.mended += ':';
  return draft_pair(draft, "offset's minute", false);
}

bool draft_offset(Draft& draft) {
  if (draft.rest.starts_with(' ')) {
    draft.rest = trimmed(draft.rest);
    blame(draft, "a space stands before the offset");
  }
  if (draft.rest == "UTC" || draft.rest == "GMT") {
    blame(draft, "the offset is a name");
    draft.rest = "Z";
  }
  if (draft.rest.starts_with('+') || draft.rest.starts_with('-')) {
    if (!draft_numeric_offset(draft)) return false;
  } else if (take(draft.rest, 'Z') || take(draft.rest, 'z')) {
    draft.mended += 'Z';
  } else {
    return give_up(draft, "the time is not followed by Z or an offset such as +01:00");
  }
  if (draft.rest.starts_with('[') && draft.rest.ends_with(']')) {
    blame(draft, "a zone name follows the offset");
    draft.rest = {};
  }
  return draft.rest.empty() || give_up(draft, "text follows the offset");
}

}  // namespace

Rfc3339Problem near_miss(std::string_view text) {
  Draft draft{text, {}, {}};
  std::string remark;
  bool is_read = draft_date(draft);
  if (is_read && draft.rest.empty()) {
    blame(draft, "the time is missing");
    draft.mended += "T00:00:00Z";
    remark = " for midnight UTC";
  } else {
    is_read = is_read && draft_separator(draft) && draft_time(draft);
    if (is_read && draft.rest.empty()) {
      blame(draft, "the offset is missing");
      draft.mended += 'Z';
      remark = " for UTC, or end it with your offset, such as +01:00";
    } else {
      is_read = is_read && draft_offset(draft);
    }
  }
  const auto fields = is_read ? read_fields(draft.mended) : std::nullopt;
  if (!fields) return {draft.reason, std::string(kLikeThis)};
  if (auto problem = range_problem(*fields)) return *problem;
  return {draft.reason, "write " + draft.mended + remark};
}

}  // namespace influxctl
