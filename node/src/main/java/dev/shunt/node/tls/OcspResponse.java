package dev.shunt.node.tls;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.cert.CertPathValidator;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertPathValidatorException.BasicReason;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.PKIXRevocationChecker;
import java.security.cert.TrustAnchor;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.ocsp.BasicOCSPResponse;
import org.bouncycastle.asn1.ocsp.OCSPResponse;
import org.bouncycastle.asn1.ocsp.SingleResponse;

/**
 * An OCSP response (RFC 6960) that says that a certificate is good, and was verified: who signed it
 * may, it is about that certificate, and it is of now.
 */
final class OcspResponse {

  /** Larger than any that is about one certificate. */
  static final int MAX_BYTES = 1 << 16;

  /** How long one is good that does not say when the next one comes. */
  private static final Duration WITHOUT_NEXT = Duration.ofDays(1);

  private final byte[] encoded;
  private final Instant until;

  private OcspResponse(byte[] encoded, Instant until) {
    this.encoded = encoded;
    this.until = until;
  }

  /** DER, as clients get it; nobody changes it. */
  byte[] encoded() {
    return encoded;
  }

  /** When it is too old. */
  Instant until() {
    return until;
  }

  /**
   * Verifies a response.
   *
   * @throws OcspException when it is none, cannot be believed, or says something else than good
   */
  static OcspResponse verified(byte[] encoded, OcspCertificate of, Instant now)
      throws OcspException {
    if (encoded.length > MAX_BYTES) {
      throw new OcspException("more than %d bytes".formatted(MAX_BYTES), false);
    }
    Instant until = until(encoded, of);
    verify(encoded, of, now);
    if (!now.isBefore(until)) {
      throw new OcspException("too old since " + until, false);
    }
    return new OcspResponse(encoded, until);
  }

  private static Instant until(byte[] encoded, OcspCertificate of) throws OcspException {
    try {
      OCSPResponse response = OCSPResponse.getInstance(ASN1Primitive.fromByteArray(encoded));
      if (response == null) {
        throw new OcspException("not an OCSP response: empty", false);
      }
      int status = response.getResponseStatus().getIntValue();
      if (status != 0) {
        throw new OcspException("the responder refused with status " + status, false);
      }
      BasicOCSPResponse basic =
          BasicOCSPResponse.getInstance(response.getResponseBytes().getResponse().getOctets());
      for (var each : basic.getTbsResponseData().getResponses()) {
        SingleResponse single = SingleResponse.getInstance(each);
        if (single.getCertID().getSerialNumber().hasValue(of.certificate().getSerialNumber())) {
          return single.getNextUpdate() == null
              ? single.getThisUpdate().getDate().toInstant().plus(WITHOUT_NEXT)
              : single.getNextUpdate().getDate().toInstant();
        }
      }
      throw new OcspException("about another certificate", false);
    } catch (IOException | ParseException | RuntimeException e) {
      throw new OcspException("not an OCSP response: " + e.getMessage(), false);
    }
  }

  /** Java verifies as strictly as any client does that has revocation checks on. */
  private static void verify(byte[] encoded, OcspCertificate of, Instant now) throws OcspException {
    try {
      CertPathValidator validator = CertPathValidator.getInstance("PKIX");
      PKIXRevocationChecker checker = (PKIXRevocationChecker) validator.getRevocationChecker();
      checker.setOptions(EnumSet.of(PKIXRevocationChecker.Option.NO_FALLBACK));
      checker.setOcspResponses(Map.of(of.certificate(), encoded));
      PKIXParameters parameters = new PKIXParameters(Set.of(new TrustAnchor(of.issuer(), null)));
      parameters.setRevocationEnabled(false);
      parameters.addCertPathChecker(checker);
      parameters.setDate(Date.from(now));
      validator.validate(
          CertificateFactory.getInstance("X.509").generateCertPath(List.of(of.certificate())),
          parameters);
    } catch (CertPathValidatorException e) {
      throw new OcspException(String.valueOf(e.getMessage()), e.getReason() == BasicReason.REVOKED);
    } catch (GeneralSecurityException e) {
      throw new OcspException("not to be verified: " + e.getMessage(), false);
    }
  }
}
