// SPDX-License-Identifier: MIT
#include "wiring.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <stdexcept>

namespace influxctl::e2e {

namespace {

Descriptor duplicate(int fd) {
  return Descriptor(::fcntl(fd, F_DUPFD_CLOEXEC, 10));  // above 2, so that dup2 cannot clash
}

Descriptor open_file(const std::string& path, std::size_t place) {
  const int flags = place == 0 ? O_RDONLY : O_WRONLY | O_CREAT | O_TRUNC;
  Descriptor file(::open(path.c_str(), flags | O_CLOEXEC, S_IRUSR | S_IWUSR));
  if (!file.open()) throw std::runtime_error(path + ": cannot be opened");
  return duplicate(file.get());
}

void wire_pipe(Wiring& wiring, std::size_t place, bool gone) {
  Ends ends = make_pipe();
  const bool reads = place == 0;
  wiring.child.at(place) = duplicate(reads ? ends.read.get() : ends.write.get());
  if (!gone) wiring.parent.at(place) = std::move(reads ? ends.write : ends.read);
}

void wire(Wiring& wiring, const Stream& stream, std::size_t place, const Descriptor& terminal) {
  switch (stream.kind) {
    case Stream::Kind::pipe:
    case Stream::Kind::gone:
      return wire_pipe(wiring, place, stream.kind == Stream::Kind::gone);
    case Stream::Kind::terminal:
      wiring.child.at(place) = duplicate(terminal.get());
      return;
    case Stream::Kind::null:
      wiring.child.at(place) = open_file("/dev/null", place);
      return;
    case Stream::Kind::file:
      wiring.child.at(place) = open_file(stream.path, place);
      return;
    case Stream::Kind::descriptor:
      wiring.child.at(place) = duplicate(stream.descriptor);
      return;
    case Stream::Kind::closed:
      return;
  }
}

}  // namespace

Wiring make_wiring(const RunOptions& options) {
  Wiring wiring;
  Stream in = options.in;
  if (options.input && in.kind == Stream::Kind::null) in = Stream::pipe();
  const std::array<Stream, 3> streams{in, options.out, options.err};
  const bool has_terminal = std::any_of(streams.begin(), streams.end(), [](const Stream& stream) {
    return stream.kind == Stream::Kind::terminal;
  });
  Ends terminal;
  if (has_terminal) terminal = make_terminal(options.columns);
  for (std::size_t place = 0; place < streams.size(); ++place) {
    wire(wiring, streams.at(place), place, terminal.write);
  }
  wiring.terminal = std::move(terminal.read);
  return wiring;
}

}  // namespace influxctl::e2e
