/**
 * Encryption: certificates and where they come from, the choice among them by server name, and the
 * keys of session tickets, which all members have in common.
 */
package dev.shunt.node.tls;
