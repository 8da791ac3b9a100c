@NullMarked
package dev.shunt.cluster.election;

import org.jspecify.annotations.NullMarked;
