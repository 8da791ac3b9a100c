/** Stages that bring a client back to its server. */
@NullMarked
package dev.shunt.node.persistence;

import org.jspecify.annotations.NullMarked;
