package dev.shunt.node.http;

import dev.shunt.node.HeaderName;
import dev.shunt.node.Headers;
import dev.shunt.node.PreparedHeader;
import dev.shunt.node.RequestHead;
import dev.shunt.node.ResponseHead;
import dev.shunt.node.http.HeadParser.Phase;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The head of a request or response, or a trailer section: the received bytes, the offsets of what
 * stands in them, and the edits. Made to be used again and again; one thread.
 */
@SuppressWarnings("EnumOrdinal") // The index of an array, never kept beyond the process.
final class HttpHead implements RequestHead, ResponseHead {

  /** Stands where there is no head; never written. */
  static final HttpHead NONE = new HttpHead();

  /** How much is copied at once from what was received: about one head. */
  private static final int STEP = 1024;

  private static final int STRIDE = 4;
  private static final int NAME_START = 0;
  private static final int NAME_END = 1;
  private static final int VALUE_START = 2;
  private static final int VALUE_END = 3;
  private static final byte REMOVED = -1;

  // Written by HeadParser.
  byte[] bytes = new byte[2 * STEP];
  int length;
  int position;
  Phase phase = Phase.REQUEST_START;
  int start;
  int methodEnd;
  int targetStart;
  int targetEnd;
  int minorAt;
  int minor;
  int status;

  private HeadLimits limits = new HeadLimits(0, 0, 0);
  private boolean request;
  private int count;
  private int[] fields = new int[32 * STRIDE];
  private byte[] ids = new byte[32];
  private final int[] known = new int[KnownHeader.count()];
  private long seen;
  private long repeated;

  private int[] cuts = new int[16];
  private int cutCount;
  private byte[] added = new byte[512];
  private int addedLength;

  HttpHead forRequest(HeadLimits allowed) {
    return reset(allowed, Phase.REQUEST_START, true);
  }

  HttpHead forResponse(HeadLimits allowed) {
    return reset(allowed, Phase.STATUS_LINE, false);
  }

  HttpHead forTrailers(HeadLimits allowed) {
    return reset(allowed, Phase.FIELD_START, false);
  }

  private HttpHead reset(HeadLimits allowed, Phase first, boolean isRequest) {
    limits = allowed;
    request = isRequest;
    phase = first;
    length = 0;
    position = 0;
    start = 0;
    methodEnd = 0;
    targetStart = 0;
    targetEnd = 0;
    minor = 1;
    status = 0;
    count = 0;
    seen = 0;
    repeated = 0;
    cutCount = 0;
    addedLength = 0;
    return this;
  }

  /**
   * Takes bytes up to the head's end; true when it is complete.
   *
   * @throws HttpFault when it is not valid or beyond its limits
   */
  boolean feed(ByteBuf in) throws HttpFault {
    while (in.isReadable()) {
      int before = length;
      int taken = Math.min(STEP, in.readableBytes());
      if (bytes.length < before + taken) {
        bytes = Arrays.copyOf(bytes, 2 * (before + taken));
      }
      in.getBytes(in.readerIndex(), bytes, before, taken);
      length = before + taken;
      boolean complete = HeadParser.parse(this);
      if (position - start > limits.totalBytes()) {
        throw HttpFault.HEAD_TOO_LARGE;
      }
      if (complete) {
        in.skipBytes(position - before);
        length = position;
        return true;
      }
      in.skipBytes(taken);
    }
    return false;
  }

  /** Whether anything of it has come. */
  boolean begun() {
    return length > 0;
  }

  HeadLimits limits() {
    return limits;
  }

  boolean isRequest() {
    return request;
  }

  // What the parser finds.

  void openField(int at) throws HttpFault {
    if (count == limits.fields()) {
      throw HttpFault.TOO_MANY_HEADERS;
    }
    if (count == ids.length) {
      ids = Arrays.copyOf(ids, 2 * count);
      fields = Arrays.copyOf(fields, 2 * count * STRIDE);
    }
    fields[count * STRIDE + NAME_START] = at;
  }

  /** False when the name is empty. */
  boolean closeName(int at) {
    int base = count * STRIDE;
    fields[base + NAME_END] = at;
    int id = KnownHeader.ordinalOf(bytes, fields[base + NAME_START], at);
    ids[count] = (byte) id;
    long bit = 1L << id;
    if ((seen & bit) == 0) {
      seen |= bit;
      known[id] = count;
    } else {
      repeated |= bit;
    }
    return at > fields[base + NAME_START];
  }

  void openValue(int at) {
    fields[count * STRIDE + VALUE_START] = at;
  }

  void closeField(int at) {
    int from = fields[count * STRIDE + VALUE_START];
    int to = at;
    while (to > from && (bytes[to - 1] == ' ' || bytes[to - 1] == '\t')) {
      to--;
    }
    fields[count * STRIDE + VALUE_END] = to;
    count++;
  }

  // What rules ask.

  /** The index of the first header of that name, or -1. */
  int indexOf(KnownHeader header) {
    return (seen & header.bit()) == 0 ? -1 : known[header.ordinal()];
  }

  boolean has(KnownHeader header) {
    return (seen & header.bit()) != 0;
  }

  boolean repeats(KnownHeader header) {
    return (repeated & header.bit()) != 0;
  }

  /** Whether any header of a set of bits was seen. */
  boolean hasAny(long bits) {
    return (seen & bits) != 0;
  }

  KnownHeader known(int header) {
    return ids[header] == REMOVED ? KnownHeader.OTHER : KnownHeader.at(ids[header]);
  }

  boolean removed(int header) {
    return ids[header] == REMOVED;
  }

  @Override
  public int nameStart(int header) {
    return fields[header * STRIDE + NAME_START];
  }

  @Override
  public int nameEnd(int header) {
    return fields[header * STRIDE + NAME_END];
  }

  boolean methodIs(String name) {
    return equalsAt(start, methodEnd, name);
  }

  boolean equalsAt(int from, int to, String text) {
    if (to - from != text.length()) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      if (bytes[from + i] != text.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  /** Whether bytes are this text, which is in lower case, in any case. */
  boolean equalsIgnoreCase(int from, int to, String lower) {
    if (to - from != lower.length()) {
      return false;
    }
    for (int i = 0; i < lower.length(); i++) {
      if (lower(bytes[from + i]) != lower.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  static int lower(byte b) {
    return b >= 'A' && b <= 'Z' ? b + 32 : b & 0xFF;
  }

  String text(int from, int to) {
    return new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
  }

  // Edits.

  /** Removes any header, framing included. */
  void drop(int header) {
    if (ids[header] != REMOVED) {
      ids[header] = REMOVED;
      cutBytes(nameStart(header), header + 1 < count ? nameStart(header + 1) : length - 2);
    }
  }

  void dropAll(KnownHeader known) {
    if (has(known)) {
      for (int i = indexOf(known); i < count; i++) {
        if (ids[i] == known.ordinal()) {
          drop(i);
        }
      }
    }
  }

  /** Adds bytes to the end of the head: whole lines, in one call or several. */
  void append(byte[] part) {
    append(part, 0, part.length);
  }

  void append(byte[] from, int start, int end) {
    int at = roomFor(end - start);
    System.arraycopy(from, start, added, at, end - start);
  }

  private int roomFor(int more) {
    int at = addedLength;
    addedLength += more;
    if (addedLength > added.length) {
      added = Arrays.copyOf(added, 2 * addedLength);
    }
    return at;
  }

  private void cutBytes(int from, int to) {
    if (2 * cutCount == cuts.length) {
      cuts = Arrays.copyOf(cuts, 2 * cuts.length);
    }
    int at = cutCount++;
    for (; at > 0 && cuts[2 * at - 2] > from; at--) {
      cuts[2 * at] = cuts[2 * at - 2];
      cuts[2 * at + 1] = cuts[2 * at - 1];
    }
    cuts[2 * at] = from;
    cuts[2 * at + 1] = to;
  }

  /** Sends as HTTP/1.1 whatever it came as. */
  void sendAs11() {
    bytes[minorAt] = '1';
  }

  /**
   * The head as it is sent: received bytes without the cuts, then what was added.
   *
   * @param room for that many bytes more
   */
  ByteBuf render(ByteBufAllocator allocator, int room) {
    int bound = length - start + addedLength + room;
    ByteBuf out = allocator.ioBuffer(bound);
    int at = start;
    for (int i = 0; i < cutCount; i++) {
      int from = cuts[2 * i];
      if (from > at) {
        out.writeBytes(bytes, at, from - at);
      }
      at = Math.max(at, cuts[2 * i + 1]);
    }
    out.writeBytes(bytes, at, length - 2 - at);
    out.writeBytes(added, 0, addedLength);
    out.writeBytes(bytes, length - 2, 2);
    return out;
  }

  /** Without the first line and the empty one. */
  @Override
  public byte[] edited() {
    ByteBuf all = render(UnpooledByteBufAllocator.DEFAULT, 0);
    try {
      all.skipBytes(all.bytesBefore((byte) '\n') + 1);
      byte[] lines = new byte[all.readableBytes() - 2];
      all.readBytes(lines);
      return lines;
    } finally {
      all.release();
    }
  }

  // What stages see.

  @Override
  public int headerCount() {
    return count;
  }

  @Override
  public int find(String name, int from) {
    for (int i = from; i < count; i++) {
      if (ids[i] != REMOVED && nameEquals(i, name)) {
        return i;
      }
    }
    return -1;
  }

  private boolean nameEquals(int header, String name) {
    int from = nameStart(header);
    if (nameEnd(header) - from != name.length()) {
      return false;
    }
    for (int i = 0; i < name.length(); i++) {
      if (lower(bytes[from + i]) != lower((byte) name.charAt(i))) {
        return false;
      }
    }
    return true;
  }

  @Override
  public String name(int header) {
    return text(nameStart(header), nameEnd(header));
  }

  @Override
  public String value(int header) {
    return text(valueStart(header), valueEnd(header));
  }

  @Override
  public int valueStart(int header) {
    return fields[header * STRIDE + VALUE_START];
  }

  @Override
  public int valueEnd(int header) {
    return fields[header * STRIDE + VALUE_END];
  }

  @Override
  public byte byteAt(int offset) {
    return bytes[offset];
  }

  @Override
  public boolean http11() {
    return minor == 1;
  }

  @Override
  public void add(PreparedHeader header) {
    header.copyTo(added, roomFor(header.length()));
  }

  @Override
  public void add(HeaderName name, byte[] value, int valueLength) {
    for (int i = 0; i < valueLength; i++) {
      if (!Headers.isValueByte(value[i] & 0xFF)) {
        throw new IllegalArgumentException(
            "value of header '" + name + "': allowed is what has no control characters");
      }
    }
    int at = roomFor(name.length() + valueLength + 2);
    name.copyTo(added, at);
    System.arraycopy(value, 0, added, at + name.length(), valueLength);
    added[addedLength - 2] = '\r';
    added[addedLength - 1] = '\n';
  }

  @Override
  public void remove(int header) {
    checkNotFraming(header);
    drop(header);
  }

  @Override
  public void cut(int header, int from, int to) {
    checkNotFraming(header);
    if (from < valueStart(header) || to > valueEnd(header) || from > to) {
      throw new IllegalArgumentException("a cut is not within the value of '" + name(header) + "'");
    }
    if (ids[header] != REMOVED) {
      cutBytes(from, to);
    }
  }

  private void checkNotFraming(int header) {
    if (ids[header] > 0 && Headers.isFraming(name(header))) {
      throw new IllegalArgumentException(
          "header '" + name(header) + "' is of message framing: no stage may change it");
    }
  }

  @Override
  public String method() {
    return text(start, methodEnd);
  }

  @Override
  public String target() {
    return text(targetStart, targetEnd);
  }

  @Override
  public int targetStart() {
    return targetStart;
  }

  @Override
  public int targetEnd() {
    return targetEnd;
  }

  @Override
  public String host() {
    int at = indexOf(KnownHeader.HOST);
    return at < 0 ? "" : value(at);
  }

  @Override
  public int status() {
    return status;
  }
}
