#pragma once

#include "resolver/upstream/upstream.hpp"

namespace tributary::resolver {

/// A connection as the one sees it who keeps it ready (ConnectionKeeper).
class KeptConnection {
 public:
  virtual ~KeptConnection() = default;

  /// True while new queries are welcome, also before it is established.
  virtual bool takes_more() const = 0;
  /// True once the connection was made, even if it is closed by now.
  virtual bool was_established() const = 0;
  /// Why it has ended.
  virtual const Failure& failure() const = 0;

 protected:
  KeptConnection() = default;
  KeptConnection(const KeptConnection&) = default;
  KeptConnection& operator=(const KeptConnection&) = default;
};

}  // namespace tributary::resolver
