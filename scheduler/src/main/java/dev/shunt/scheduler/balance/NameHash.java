package dev.shunt.scheduler.balance;

import java.nio.charset.StandardCharsets;

/** The hash that rows depend on, equal on every member and in every release. */
final class NameHash {

  private static final long FNV_OFFSET = 0xcbf29ce484222325L;
  private static final long FNV_PRIME = 0x100000001b3L;

  private NameHash() {}

  /** FNV-1a over salt and name, then mixed to spread short names. */
  static long of(String name, int salt) {
    long hash = (FNV_OFFSET ^ salt) * FNV_PRIME;
    for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
      hash = (hash ^ (b & 0xff)) * FNV_PRIME;
    }
    return mix(hash);
  }

  /** The finalizer of MurmurHash3. */
  static long mix(long hash) {
    long mixed = (hash ^ (hash >>> 33)) * 0xff51afd7ed558ccdL;
    mixed = (mixed ^ (mixed >>> 33)) * 0xc4ceb9fe1a85ec53L;
    return mixed ^ (mixed >>> 33);
  }
}
