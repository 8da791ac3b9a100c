package dev.shunt.node.cdn;

import java.nio.charset.StandardCharsets;

/** Names and values that decide what a tag does, in lower case; not to be changed. */
final class PageNames {

  static final byte[] HREF = bytes("href");
  static final byte[] REL = bytes("rel");
  static final byte[] TYPE = bytes("type");
  static final byte[] INTEGRITY = bytes("integrity");
  static final byte[] CROSSORIGIN = bytes("crossorigin");
  static final byte[] NO_TYPE = bytes("");
  static final byte[] CSS = bytes("text/css");
  static final byte[] CHARSET = bytes("charset");
  static final byte[] CONTENT = bytes("content");
  static final byte[] HTTP_EQUIV = bytes("http-equiv");
  static final byte[] POLICY = bytes("content-security-policy");
  static final byte[] NONCE = bytes("nonce");

  /** How charsets begin in which a byte's meaning depends on those before. */
  static final byte[] STATEFUL = bytes("iso-2022-");

  static final byte[] IMAGE = bytes("image");

  /** Of {@code annotation-xml}, and what it is for HTML within. */
  static final byte[] ENCODING = bytes("encoding");

  static final byte[] HTML = bytes("text/html");
  static final byte[] XHTML = bytes("application/xhtml+xml");

  /** What only a {@code font} of HTML has. */
  static final byte[] COLOR = bytes("color");

  static final byte[] FACE = bytes("face");
  static final byte[] SIZE = bytes("size");

  private PageNames() {}

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
