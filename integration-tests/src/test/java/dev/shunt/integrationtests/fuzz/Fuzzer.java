package dev.shunt.integrationtests.fuzz;

import dev.shunt.cluster.jgroups.PeerMessageFuzz;
import dev.shunt.node.cache.CacheFieldsFuzz;
import dev.shunt.node.cdn.PageFuzz;
import dev.shunt.node.cdn.StyleSheetFuzz;
import dev.shunt.node.http.BodyFuzz;
import dev.shunt.node.http.HeadFuzz;
import dev.shunt.node.http.Http2ClientFuzz;
import dev.shunt.node.http.Http2FieldsFuzz;
import dev.shunt.node.http.Http2ServerFuzz;
import dev.shunt.node.http.RequestDifferentialFuzz;
import dev.shunt.node.http.RequestRulesFuzz;
import dev.shunt.node.http.ResponseDifferentialFuzz;
import dev.shunt.node.persistence.CookieFuzz;
import dev.shunt.node.stage.LogLineFuzz;
import dev.shunt.node.tcp.ClientHelloFuzz;
import dev.shunt.node.tcp.ProxyHeaderFuzz;
import dev.shunt.ops.config.ConfigFuzz;
import dev.shunt.replication.hazelcast.RecordFuzz;
import java.util.Locale;

/** What is fuzzed: each reads bytes that somebody else sent. */
@SuppressWarnings("ImmutableEnumChecker") // What a fuzzer does is a method that keeps nothing.
enum Fuzzer {
  HEAD(HeadFuzz.class, HeadFuzz::fuzzerTestOneInput),
  BODY(BodyFuzz.class, BodyFuzz::fuzzerTestOneInput),
  REQUEST_RULES(RequestRulesFuzz.class, RequestRulesFuzz::fuzzerTestOneInput),
  REQUESTS(RequestDifferentialFuzz.class, RequestDifferentialFuzz::fuzzerTestOneInput),
  RESPONSES(ResponseDifferentialFuzz.class, ResponseDifferentialFuzz::fuzzerTestOneInput),
  HTTP2_FIELDS(Http2FieldsFuzz.class, Http2FieldsFuzz::fuzzerTestOneInput),
  HTTP2_CLIENT(Http2ClientFuzz.class, Http2ClientFuzz::fuzzerTestOneInput),
  HTTP2_SERVER(Http2ServerFuzz.class, Http2ServerFuzz::fuzzerTestOneInput),
  COOKIE(CookieFuzz.class, CookieFuzz::fuzzerTestOneInput),
  LOG_LINE(LogLineFuzz.class, LogLineFuzz::fuzzerTestOneInput),
  CACHE_FIELDS(CacheFieldsFuzz.class, CacheFieldsFuzz::fuzzerTestOneInput),
  PAGE(PageFuzz.class, PageFuzz::fuzzerTestOneInput),
  STYLE_SHEET(StyleSheetFuzz.class, StyleSheetFuzz::fuzzerTestOneInput),
  PROXY_HEADER(ProxyHeaderFuzz.class, ProxyHeaderFuzz::fuzzerTestOneInput),
  CLIENT_HELLO(ClientHelloFuzz.class, ClientHelloFuzz::fuzzerTestOneInput),
  RECORD(RecordFuzz.class, RecordFuzz::fuzzerTestOneInput),
  PEER_MESSAGE(PeerMessageFuzz.class, PeerMessageFuzz::fuzzerTestOneInput),
  CONFIG(ConfigFuzz.class, ConfigFuzz::fuzzerTestOneInput);

  /** Tries one input; whatever it throws is a finding. */
  private interface One {
    void run(byte[] input);
  }

  private final Class<?> target;
  private final One one;

  Fuzzer(Class<?> target, One one) {
    this.target = target;
    this.one = one;
  }

  /** As flags and files call it. */
  String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /**
   * Whether Jazzer tries it in every run. Those of whole HTTP/2 connections are only asked for by
   * name yet, apart from their seeds: runs of a minute still find what the check of their answers
   * does not know.
   */
  boolean inEveryRun() {
    return this != HTTP2_CLIENT && this != HTTP2_SERVER;
  }

  /** Where Jazzer finds {@code fuzzerTestOneInput}. */
  Class<?> target() {
    return target;
  }

  void run(byte[] input) {
    one.run(input);
  }
}
