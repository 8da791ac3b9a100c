/**
 * The HTTP/1.x relay: heads are parsed in place as offsets, edited by splicing, bodies stream by.
 *
 * <p>A client's connection and the server connections it uses live on one event loop, so nothing
 * here takes a lock and nothing crosses threads on a request's way.
 */
@NullMarked
package dev.shunt.node.http;

import org.jspecify.annotations.NullMarked;
