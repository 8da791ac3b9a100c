package dev.shunt.node.tls;

import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslProvider;

/** Who does the arithmetic of TLS: BoringSSL where it loads, else Java. */
public enum TlsLibrary {
  BORINGSSL("boringssl", SslProvider.OPENSSL_REFCNT),
  JDK("jdk", SslProvider.JDK);

  private final String label;
  private final SslProvider provider;

  TlsLibrary(String label, SslProvider provider) {
    this.label = label;
    this.provider = provider;
  }

  /** The better of those that work here. */
  public static TlsLibrary best() {
    return OpenSsl.isAvailable() ? BORINGSSL : JDK;
  }

  /** As it is called in status. */
  public String label() {
    return label;
  }

  SslProvider provider() {
    return provider;
  }
}
