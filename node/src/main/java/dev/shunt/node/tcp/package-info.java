/** What connections begin with: PROXY protocol headers, and server names in TLS greetings. */
@NullMarked
package dev.shunt.node.tcp;

import org.jspecify.annotations.NullMarked;
