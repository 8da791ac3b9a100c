package dev.shunt.ops.admin.model;

import org.jspecify.annotations.Nullable;

/**
 * What is to be forgotten, as JSON: exactly one of the last four.
 *
 * @param service whose responses; absent: every service's
 * @param all {@code true}: every response
 * @param url the responses to this absolute URL
 * @param prefix those to URLs that begin so
 * @param tag those that named this tag
 */
public record PurgeRequest(
    @Nullable String service,
    @Nullable Boolean all,
    @Nullable String url,
    @Nullable String prefix,
    @Nullable String tag) {}
