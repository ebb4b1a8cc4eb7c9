//! Published tiles of the tree (C2SP tlog-tiles).
