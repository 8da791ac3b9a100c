package dev.shunt.node.tls;

import java.io.IOException;
import java.net.URI;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.ocsp.CertID;
import org.bouncycastle.asn1.ocsp.OCSPRequest;
import org.bouncycastle.asn1.ocsp.Request;
import org.bouncycastle.asn1.ocsp.TBSRequest;
import org.bouncycastle.asn1.x509.AccessDescription;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.AuthorityInformationAccess;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;

/**
 * A certificate as OCSP knows it (RFC 6960).
 *
 * @param certificate whose state is asked for
 * @param issuer who knows it
 */
record OcspCertificate(X509Certificate certificate, X509Certificate issuer) {

  private static final String INFORMATION_ACCESS = "1.3.6.1.5.5.7.1.1";
  private static final String TLS_FEATURES = "1.3.6.1.5.5.7.1.24";
  private static final ASN1ObjectIdentifier SHA_1 = new ASN1ObjectIdentifier("1.3.14.3.2.26");

  /** The certificate that a chain is for, if its issuer's is in the chain too. */
  static Optional<OcspCertificate> of(List<X509Certificate> chain) {
    return chain.size() < 2
            || !chain.get(0).getIssuerX500Principal().equals(chain.get(1).getSubjectX500Principal())
        ? Optional.empty()
        : Optional.of(new OcspCertificate(chain.get(0), chain.get(1)));
  }

  /** Whether clients refuse a certificate without a response (RFC 7633). */
  static boolean mustStaple(X509Certificate certificate) {
    return certificate.getExtensionValue(TLS_FEATURES) != null;
  }

  /** Who answers for it, as the certificate itself says. */
  Optional<URI> responder() {
    byte[] extension = certificate.getExtensionValue(INFORMATION_ACCESS);
    if (extension == null) {
      return Optional.empty();
    }
    try {
      byte[] octets = ASN1OctetString.getInstance(extension).getOctets();
      for (AccessDescription each :
          AuthorityInformationAccess.getInstance(octets).getAccessDescriptions()) {
        GeneralName location = each.getAccessLocation();
        if (each.getAccessMethod().equals(AccessDescription.id_ad_ocsp)
            && location.getTagNo() == GeneralName.uniformResourceIdentifier) {
          URI uri = URI.create(location.getName().toString());
          if ("http".equals(uri.getScheme()) && uri.getHost() != null) {
            return Optional.of(uri);
          }
        }
      }
    } catch (IllegalArgumentException _) {
      // It names nobody who could be asked.
      return Optional.empty();
    }
    return Optional.empty();
  }

  /** The question about its state; without a nonce, so that responders may answer from a store. */
  byte[] request() {
    try {
      // The hash only names the issuer, and SHA-1 is what every responder knows (RFC 5019).
      MessageDigest sha1 = MessageDigest.getInstance("SHA-1");
      byte[] name = sha1.digest(issuer.getSubjectX500Principal().getEncoded());
      byte[] key =
          sha1.digest(
              SubjectPublicKeyInfo.getInstance(issuer.getPublicKey().getEncoded())
                  .getPublicKeyData()
                  .getBytes());
      CertID id =
          new CertID(
              new AlgorithmIdentifier(SHA_1, DERNull.INSTANCE),
              new DEROctetString(name),
              new DEROctetString(key),
              new ASN1Integer(certificate.getSerialNumber()));
      return new OCSPRequest(
              new TBSRequest(null, new DERSequence(new Request(id, null)), (Extensions) null), null)
          .getEncoded();
    } catch (NoSuchAlgorithmException | IOException e) {
      throw new IllegalStateException("SHA-1 is part of every Java, and memory can be written", e);
    }
  }
}
