@NullMarked
package dev.shunt.cluster.local;

import org.jspecify.annotations.NullMarked;
