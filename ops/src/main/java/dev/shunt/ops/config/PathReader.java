package dev.shunt.ops.config;

import dev.shunt.scheduler.Algorithm;
import dev.shunt.scheduler.ReturnPath;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.Map;

/**
 * Reads which way a service's packets go: whether a scheduler or every member takes them, whether
 * they carry labels, and which way the answers go; and refuses what does not go together.
 */
final class PathReader {

  private final Section section;
  private final boolean labels;
  private final boolean everyone;
  private final ReturnPath answers;

  PathReader(Section section) {
    this.section = section;
    labels = section.get("labels", Scalars.SWITCH, false);
    everyone = section.get("everyone", Scalars.BOOLEAN, false);
    answers = section.get("return", Scalars.oneOf(ReturnPath.class), ReturnPath.DIRECT);
  }

  boolean labels() {
    return labels;
  }

  boolean everyone() {
    return everyone;
  }

  ReturnPath answers() {
    return answers;
  }

  /** Reports what does not go together. */
  void check(ServiceMode mode, Frontend frontend, Algorithm algorithm) {
    boolean listens = frontend instanceof Frontend.Listen;
    if (labels && listens) {
      section.at("labels").report("labels: on with listen", "labels: on with vip and port");
    }
    if (everyone) {
      checkEveryone(mode, listens, algorithm);
    } else if (labels && mode == ServiceMode.UDP && algorithm.pick().isSum()) {
      section
          .at("labels")
          .report(
              "labels: on with mode udp and algorithm " + Scalars.keyword(algorithm),
              "an algorithm that keeps sessions, for by a sum no datagram begins one");
    }
    if (mode == ServiceMode.DIRECT && section.has("return")) {
      section
          .at("return")
          .report(
              "return with mode direct",
              "none: shunt edge on a server's host answers by label where labels come by Ethernet,"
                  + " other hosts directly");
    } else if (answers == ReturnPath.SWITCHED && !labels) {
      section
          .at("return")
          .report("return: switched without labels: on", "return: switched with labels: on");
    }
  }

  private void checkEveryone(ServiceMode mode, boolean listens, Algorithm algorithm) {
    Value at = section.at("everyone");
    if (listens) {
      at.report("everyone: true with listen", "everyone: true with vip and port");
    }
    if (mode == ServiceMode.DIRECT) {
      at.report("everyone: true with mode direct", "everyone: true with mode http");
    }
    if (!algorithm.pick().isSum()) {
      at.report(
          "everyone: true with algorithm " + Scalars.keyword(algorithm),
          "everyone: true with algorithm sum3 or sum5");
    }
    if (labels) {
      section
          .at("labels")
          .report("labels: on with everyone: true", "labels: off, for there are no sessions");
    }
    if (section.has("admission")) {
      section
          .at("admission")
          .report("admission with everyone: true", "no limits, for there are no sessions");
    }
  }

  /** That a VIP is everyone's as a whole or not at all, over all services. */
  static final class WholeVips {

    private final Map<InetAddress, ServiceConfig> first = new HashMap<>();

    void check(ServiceConfig service, Value at) {
      if (service.frontend() instanceof Frontend.Virtual virtual) {
        ServiceConfig other = first.putIfAbsent(virtual.vip().address(), service);
        if (other != null && other.everyone() != service.everyone()) {
          at.report(
              "everyone: %b for %s, of which service %s has everyone: %b"
                  .formatted(service.everyone(), virtual.vip(), other.name(), other.everyone()),
              "the same for all services of a vip");
        }
      }
    }
  }
}
