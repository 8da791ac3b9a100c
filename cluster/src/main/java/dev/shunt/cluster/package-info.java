/**
 * Who is here, who is scheduler, in which term.
 *
 * <p>This package is the vocabulary of membership and the port {@link
 * dev.shunt.cluster.Membership}. It knows no virtual IP: it announces a {@link
 * dev.shunt.cluster.Leadership} for a {@link dev.shunt.cluster.Term}, and others react.
 */
package dev.shunt.cluster;
