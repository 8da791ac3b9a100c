package dev.shunt.node.stage;

import dev.shunt.node.Exchange;
import dev.shunt.node.RequestHead;
import dev.shunt.node.TlsSession;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import javax.security.auth.x500.X500Principal;

/** What a header rule's value may have of the request that it is for. */
enum Variable {
  /** The client's address. */
  CLIENT(false) {
    @Override
    boolean write(Exchange exchange, ByteLine to) {
      to.put(exchange.clientAddress());
      return true;
    }
  },
  CLIENT_PORT(false) {
    @Override
    boolean write(Exchange exchange, ByteLine to) {
      to.putNumber(exchange.client().getPort());
      return true;
    }
  },
  /** What the request's {@code Host} says. */
  HOST(false) {
    @Override
    boolean write(Exchange exchange, ByteLine to) {
      RequestHead request = exchange.request();
      int host = request.find("host", 0);
      if (host >= 0) {
        to.put(request, request.valueStart(host), request.valueEnd(host));
      }
      return host >= 0;
    }
  },
  PROTOCOL(false) {
    @Override
    boolean write(Exchange exchange, ByteLine to) {
      to.put(exchange.protocol());
      return true;
    }
  },
  SCHEME(false) {
    @Override
    boolean write(Exchange exchange, ByteLine to) {
      to.put(exchange.secure() ? "https" : "http");
      return true;
    }
  },
  /** The name of the server that has the request. */
  SERVER(true) {
    @Override
    boolean write(Exchange exchange, ByteLine to) {
      int server = exchange.server();
      if (server != Exchange.NO_SERVER) {
        to.put(exchange.pool().server(server).name());
      }
      return server != Exchange.NO_SERVER;
    }
  },
  SERVICE(false) {
    @Override
    boolean write(Exchange exchange, ByteLine to) {
      to.put(exchange.service());
      return true;
    }
  },
  /** The server name that the client's TLS asked for. */
  SNI(false) {
    @Override
    boolean write(Exchange exchange, ByteLine to) {
      return text(exchange.tls().flatMap(TlsSession::serverName), to);
    }
  },
  TLS_VERSION(false) {
    @Override
    boolean write(Exchange exchange, ByteLine to) {
      return text(exchange.tls().map(TlsSession::version), to);
    }
  },
  TLS_CIPHER(false) {
    @Override
    boolean write(Exchange exchange, ByteLine to) {
      return text(exchange.tls().map(TlsSession::cipher), to);
    }
  },
  /** Of the client's certificate: its name as RFC 2253 writes it. */
  CLIENT_SUBJECT(false) {
    @Override
    boolean write(Exchange exchange, ByteLine to) {
      return exchange
          .tls()
          .flatMap(TlsSession::clientCertificate)
          .map(c -> subject(c.getSubjectX500Principal().getName(X500Principal.RFC2253), to))
          .orElse(false);
    }
  };

  private final boolean responseOnly;

  Variable(boolean responseOnly) {
    this.responseOnly = responseOnly;
  }

  /** Writes the value; false where there is none. */
  abstract boolean write(Exchange exchange, ByteLine to);

  /**
   * @throws IllegalArgumentException when there is no such variable
   */
  static Variable of(String name, boolean response) {
    return Arrays.stream(values())
        .filter(v -> v.isFor(response) && v.toString().equals(name))
        .findFirst()
        .orElseThrow(() ->
            new IllegalArgumentException(
                "found variable '%s', allowed for a %s is %s"
                    .formatted(
                        name,
                        response ? "response" : "request",
                        Arrays.stream(values())
                            .filter(v -> v.isFor(response))
                            .map(Variable::toString)
                            .collect(Collectors.joining(", ")))));
  }

  private boolean isFor(boolean response) {
    return response || !responseOnly;
  }

  private static boolean text(Optional<String> text, ByteLine to) {
    text.ifPresent(to::put);
    return text.isPresent();
  }

  /**
   * Everything but visible ASCII and spaces as bytes of UTF-8 in base 16 (RFC 2253 section 2.4).
   */
  static boolean subject(String name, ByteLine to) {
    for (byte b : name.getBytes(java.nio.charset.StandardCharsets.UTF_8)) {
      if (b >= ' ' && b < 0x7F) {
        to.put((char) b);
      } else {
        to.put('\\').putHex(b & 0xFF);
      }
    }
    return true;
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
