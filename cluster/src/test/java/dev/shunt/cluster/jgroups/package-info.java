@NullMarked
package dev.shunt.cluster.jgroups;

import org.jspecify.annotations.NullMarked;
