// SPDX-License-Identifier: MIT
#include "fault.h"

#include <algorithm>
#include <array>
#include <map>
#include <stdexcept>
#include <type_traits>

namespace influxctl::sandbox {

namespace {

template <typename Value>
using Names = std::map<std::string, Value>;

/// Code points up to U+00FF as one byte each, so that a rule can name any byte.
std::string to_latin1(const std::string& utf8) {
  std::string bytes;
  for (std::size_t i = 0; i < utf8.size(); ++i) {
    const auto lead = static_cast<unsigned char>(utf8[i]);
    if (lead > 0xc3) throw std::invalid_argument("latin1: a character above U+00FF");
    if (lead < 0x80) {
      bytes += utf8[i];
    } else {
      const auto next = static_cast<unsigned char>(utf8.at(++i));
      bytes += static_cast<char>(((lead & 0x03U) << 6U) | (next & 0x3fU));
    }
  }
  return bytes;
}

/// Takes the members out of a rule's JSON one by one, so that what is left over is unknown.
class Members {
 public:
  explicit Members(Json source) : left_(std::move(source)) {
    if (!left_.is_object()) throw std::invalid_argument("a rule is a JSON object");
    take("latin1", latin1_);
  }

  template <typename Value>
  void take(const std::string& name, Value& value) {
    const auto found = left_.find(name);
    if (found == left_.end()) return;
    const bool negative = std::is_same_v<Value, std::size_t> && !found->is_number_unsigned();
    try {
      value = found->template get<Value>();
    } catch (const Json::exception&) {
      throw std::invalid_argument(name + ": wrong type");
    }
    if (negative) throw std::invalid_argument(name + ": must be 0 or more");
    left_.erase(name);
  }

  template <typename Value>
  void take(const std::string& name, std::optional<Value>& value) {
    if (left_.contains(name)) take(name, value.emplace());
  }

  void take_text(const std::string& name, std::string& value) {
    take(name, value);
    if (latin1_) value = to_latin1(value);
  }

  void take_text(const std::string& name, std::optional<std::string>& value) {
    if (left_.contains(name)) take_text(name, value.emplace());
  }

  template <typename Value>
  void take_name(const std::string& name, const Names<Value>& names, Value& value) {
    if (!left_.contains(name)) return;
    std::string text;
    take(name, text);
    const auto found = names.find(text);
    if (found == names.end()) throw std::invalid_argument(name + ": unknown value " + text);
    value = found->second;
  }

  void take_body(std::optional<std::string>& value) {
    const auto found = left_.find("body");
    if (found == left_.end()) return;
    if (!found->is_string()) *found = found->dump();
    take_text("body", value);
  }

  void take_replacement(std::optional<std::pair<std::string, std::string>>& value) {
    take("body_replace", value);
    if (value && latin1_) value = {to_latin1(value->first), to_latin1(value->second)};
  }

  void finish() const {
    if (!left_.empty()) throw std::invalid_argument("unknown member: " + left_.begin().key());
  }

 private:
  Json left_;
  bool latin1_ = false;
};

void take_match(Members& members, Rule& rule) {
  members.take("on", rule.on);
  members.take("path", rule.path);
  members.take("times", rule.times);
  members.take("skip", rule.skip);
  members.take_name(
      "accept",
      Names<Accept>{{"reset", Accept::reset}, {"close", Accept::close}, {"stall", Accept::stall}},
      rule.accept);
  members.take("request_cut", rule.request_cut);
  constexpr std::array<std::string_view, 4> methods{"any", "POST", "GET", "DELETE"};
  if (std::find(methods.begin(), methods.end(), rule.on) == methods.end()) {
    throw std::invalid_argument("on: unknown value " + rule.on);
  }
}

void take_response(Members& members, Rule& rule) {
  members.take("status", rule.status);
  members.take("headers", rule.headers);
  members.take_body(rule.body);
  members.take("act", rule.act);
  members.take("patch", rule.patch);
  members.take_replacement(rule.body_replace);
  members.take("pad_body", rule.pad_body);
}

void take_framing(Members& members, Rule& rule) {
  members.take("pad_header", rule.pad_header);
  members.take("pad_headers", rule.pad_headers);
  members.take_name("framing",
                    Names<Framing>{{"length", Framing::length},
                                   {"chunked", Framing::chunked},
                                   {"chunked-unfinished", Framing::chunked_unfinished},
                                   {"close", Framing::close},
                                   {"both", Framing::both}},
                    rule.framing);
  members.take("length_delta", rule.length_delta);
  members.take_text("header_block", rule.header_block);
  members.take_text("status_line", rule.status_line);
  members.take_text("raw", rule.raw);
  members.take("interim", rule.interim);
  members.take("interim_status", rule.interim_status);
  members.take("final", rule.final);
}

void take_sending(Members& members, Rule& rule) {
  members.take("cut", rule.cut);
  members.take("stall_at", rule.stall_at);
  members.take("stall", rule.stall);
  members.take("hold", rule.hold);
  members.take("delay_ms", rule.delay_ms);
  members.take("drip_ms", rule.drip_ms);
  members.take_name(
      "close",
      Names<Ending>{{"notify", Ending::notify}, {"fin", Ending::fin}, {"rst", Ending::rst}},
      rule.close);
}

}  // namespace

Stage Rule::stage() const {
  return accept != Accept::normal || request_cut ? Stage::connection : Stage::request;
}

Rule parse_rule(const Json& source) {
  Rule rule;
  Members members(source);
  take_match(members, rule);
  take_response(members, rule);
  take_framing(members, rule);
  take_sending(members, rule);
  members.finish();
  if (!rule.headers.is_object()) throw std::invalid_argument("headers: must be an object");
  if (rule.path && rule.stage() == Stage::connection) {
    throw std::invalid_argument("path: a connection has none");
  }
  rule.source = source;
  return rule;
}

void Faults::add(Rule rule) {
  const std::lock_guard lock(mutex_);
  rules_.push_back(std::move(rule));
}

void Faults::clear() {
  const std::lock_guard lock(mutex_);
  rules_.clear();
}

void Faults::release() {
  const std::lock_guard lock(mutex_);
  std::exchange(release_, {}).set_value();
  released_ = release_.get_future();
}

std::optional<Rule> Faults::take(Stage stage, std::string_view method, std::string_view path) {
  const std::lock_guard lock(mutex_);
  for (Rule& rule : rules_) {
    if (rule.times == 0 || rule.stage() != stage) continue;
    if (stage == Stage::request && rule.on != "any" && rule.on != method) continue;
    if (rule.path && *rule.path != path) continue;
    if (rule.skip > 0) {
      --rule.skip;
      continue;
    }
    if (rule.times > 0) --rule.times;
    Rule taken = rule;
    if (taken.hold) taken.released = released_;
    return taken;
  }
  return std::nullopt;
}

}  // namespace influxctl::sandbox
