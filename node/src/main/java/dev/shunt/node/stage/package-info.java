/**
 * The stages that the node brings along, in the same shape as a user's own: access rules, header
 * rules and the access log; and how a user's own are loaded.
 */
@NullMarked
package dev.shunt.node.stage;

import org.jspecify.annotations.NullMarked;
