/** Which system interface carries the bytes: io_uring, epoll or NIO, and what each can do. */
@NullMarked
package dev.shunt.node.transport;

import org.jspecify.annotations.NullMarked;
