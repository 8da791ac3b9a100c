package dev.shunt.node.stage;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The log of everything else, as {@code dev.shunt.access}. */
final class NormalLog implements LogTarget {

  private static final Logger LOG = LoggerFactory.getLogger("dev.shunt.access");

  @Override
  public void open() {}

  @Override
  public boolean isStale() {
    return false;
  }

  @Override
  public long write(ByteBuffer[] pieces) {
    ByteBuffer whole = ByteBuffer.allocate(pieces[0].remaining() + pieces[1].remaining());
    whole.put(pieces[0]).put(pieces[1]);
    new String(whole.array(), StandardCharsets.ISO_8859_1).lines().forEach(LOG::info);
    return whole.capacity();
  }

  @Override
  public void close() {}

  @Override
  public String toString() {
    return "in the log";
  }
}
