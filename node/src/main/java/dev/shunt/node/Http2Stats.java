package dev.shunt.node;

/**
 * What happened on the HTTP/2 connections of a service's clients, and of its servers.
 *
 * @param connections that spoke it, since the start
 * @param streamErrors streams given up for what the client sent on them
 * @param connectionErrors connections given up for what the client sent, floods included
 * @param headersTooLarge header blocks beyond {@link Limits#headerBytes}
 * @param resetFloods connections ended for {@link Http2Limits#resets}
 * @param faultFloods connections ended for {@link Http2Limits#faults}
 * @param settingsFloods connections ended for {@link Http2Limits#settings}
 * @param pingFloods connections ended for {@link Http2Limits#pings}
 * @param emptyDataFloods connections ended for {@link Http2Limits#emptyData}
 * @param otherFloods connections ended for {@link Http2Limits#otherFrames}
 * @param continuationFloods connections ended for {@link Http2Limits#continuations}
 * @param stalled streams given up because the client took nothing of them for too long
 * @param serverErrors streams and connections given up for what a server sent on them
 * @param serverFloods connections to servers ended for floods
 * @param unprocessed requests of which a server said that it did nothing (GOAWAY, REFUSED_STREAM)
 */
public record Http2Stats(
    long connections,
    long streamErrors,
    long connectionErrors,
    long headersTooLarge,
    long resetFloods,
    long faultFloods,
    long settingsFloods,
    long pingFloods,
    long emptyDataFloods,
    long otherFloods,
    long continuationFloods,
    long stalled,
    long serverErrors,
    long serverFloods,
    long unprocessed) {}
