/**
 * URLs in pages and style sheets are rewritten so that what they name comes from a content delivery
 * network (claim A14).
 *
 * <p>Pages stream: a tokenizer passes bytes on and holds one tag at a time, so that any split of
 * the input gives the same output. What it does not understand passes unchanged.
 */
package dev.shunt.node.cdn;
