/**
 * The election machine on a thread of its own, and the {@link dev.shunt.cluster.Membership} of an
 * array of one.
 */
@NullMarked
package dev.shunt.cluster.local;

import org.jspecify.annotations.NullMarked;
