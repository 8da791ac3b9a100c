/**
 * Terminate the client's connection, choose a server, relay (layer 7).
 *
 * <p>This package is the vocabulary of the node, its configuration and its plug-in interface {@link
 * dev.shunt.node.Stage}. A {@link dev.shunt.node.Node} listens for the {@link
 * dev.shunt.node.HttpService}s of its {@link dev.shunt.node.NodeConfig} and relays each request to
 * a {@link dev.shunt.node.Server} of the service's {@link dev.shunt.node.ServerPool}.
 */
package dev.shunt.node;
