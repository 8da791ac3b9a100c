package dev.shunt.ops.lab;

import java.nio.file.Path;

/** The certificate of the service {@code secure}, which vouches for itself; openssl makes it. */
final class LabCertificate {

  /** What clients call the service. */
  static final String HOST = "secure.lab";

  private static final String DAYS = "7";

  private LabCertificate() {}

  static void make(Path certificate, Path key) {
    Shell.run(
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:P-256",
        "-nodes",
        "-days",
        DAYS,
        "-subj",
        "/CN=" + HOST,
        "-addext",
        "subjectAltName=DNS:" + HOST + ",IP:" + LabTopology.VIP,
        "-keyout",
        key.toString(),
        "-out",
        certificate.toString());
  }
}
