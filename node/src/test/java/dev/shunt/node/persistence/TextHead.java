package dev.shunt.node.persistence;

import dev.shunt.node.HeaderName;
import dev.shunt.node.PreparedHeader;
import dev.shunt.node.RequestHead;
import dev.shunt.node.ResponseHead;
import java.util.ArrayList;
import java.util.List;

/** A head that is read from a text of lines: the target, or a status, and then headers. */
final class TextHead implements RequestHead, ResponseHead {

  private final String text;
  private final int firstLineEnd;
  private final List<int[]> headers = new ArrayList<>();

  TextHead(String text) {
    this.text = text;
    this.firstLineEnd = end(0);
    for (int at = firstLineEnd + 1; at < text.length(); at = end(at) + 1) {
      int colon = text.indexOf(':', at);
      headers.add(new int[] {at, colon, Math.min(colon + 2, end(at)), end(at)});
    }
  }

  private int end(int from) {
    int end = text.indexOf('\n', from);
    return end < 0 ? text.length() : end;
  }

  @Override
  public int headerCount() {
    return headers.size();
  }

  @Override
  public int find(String name, int from) {
    for (int i = from; i < headers.size(); i++) {
      if (name(i).equalsIgnoreCase(name)) {
        return i;
      }
    }
    return -1;
  }

  @Override
  public String name(int header) {
    return text.substring(headers.get(header)[0], headers.get(header)[1]);
  }

  @Override
  public int nameStart(int header) {
    return headers.get(header)[0];
  }

  @Override
  public int nameEnd(int header) {
    return headers.get(header)[1];
  }

  @Override
  public byte[] edited() {
    return new byte[0];
  }

  @Override
  public String value(int header) {
    return text.substring(valueStart(header), valueEnd(header));
  }

  @Override
  public int valueStart(int header) {
    return headers.get(header)[2];
  }

  @Override
  public int valueEnd(int header) {
    return headers.get(header)[3];
  }

  @Override
  public byte byteAt(int offset) {
    return (byte) text.charAt(offset);
  }

  @Override
  public boolean http11() {
    return true;
  }

  @Override
  public String method() {
    return "GET";
  }

  @Override
  public String target() {
    return text.substring(0, firstLineEnd);
  }

  @Override
  public int targetStart() {
    return 0;
  }

  @Override
  public int targetEnd() {
    return firstLineEnd;
  }

  @Override
  public String host() {
    return "a";
  }

  @Override
  public int status() {
    return 200;
  }

  @Override
  public void add(HeaderName name, byte[] value, int length) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void add(PreparedHeader header) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void remove(int header) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void cut(int header, int from, int to) {
    throw new UnsupportedOperationException();
  }
}
