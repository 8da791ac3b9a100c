/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Fragments. Only the first one of a datagram has ports: what is decided for it holds for those
 * that follow (claim L12: they arrive as they were sent). One that comes before the first is
 * dropped, for a guess would deliver it to the wrong target; so is what reaches into the headers
 * that the decision was made by (RFC 1858, RFC 3128, RFC 5722).
 *
 * Bounded: an LRU table, for which a flood of first fragments costs other datagrams and no session.
 */
#ifndef SHUNT_FRAGMENT_H
#define SHUNT_FRAGMENT_H

#include "session.h"

/* As long as Linux waits for the rest of a datagram (ipfrag_time). */
#define DATAGRAM_LIFE	(30 * 1000000000ULL)

static __always_inline void set_datagram(struct datagram_key *key, const struct packet *packet,
					 __u32 family)
{
	__builtin_memset(key, 0, sizeof(*key));
	key->id = packet->datagram;
	key->family = family;
	if (family == IPV4) {
		key->source[0] = packet->flow.four.source;
		key->destination[0] = packet->flow.four.destination;
		key->protocol = packet->flow.four.protocol;
	} else {
		/* Without the protocol, which only the first fragment tells (RFC 8200 section 4.5). */
		__builtin_memcpy(key->source, packet->flow.six.source, sizeof(key->source));
		__builtin_memcpy(key->destination, packet->flow.six.destination,
				 sizeof(key->destination));
	}
}

/*
 * Calls: see look_up4(). The first fragment, with what was decided for it: otherwise as
 * parse_ipv4() has it. Returns the same, or its own for a fragment that is too short to show all of
 * its headers.
 */
__attribute__((noinline)) int remember_first(const struct search *search,
					     const struct choice *choice, __u32 otherwise,
					     __u32 family)
{
	struct datagram datagram = {};
	struct datagram_key key;

	if (!search || !choice || otherwise == DROP_L4_TRUNCATED || otherwise == DROP_TCP_HEADER)
		return DROP_FRAGMENT_FIRST;
	datagram.since = clock_now().nanos;
	datagram.headers = search->packet.headers;
	datagram.otherwise = otherwise;
	if (otherwise == OUTCOMES) {
		datagram.target = choice->label;
		datagram.service = choice->service;
	}
	set_datagram(&key, &search->packet, family);
	bpf_map_update_elem(&datagrams, &key, &datagram, BPF_ANY);
	return otherwise;
}

/* Calls: see look_up4(). A later fragment; see remember_first() for what is returned. */
__attribute__((noinline)) int follow_first(const struct search *search, struct choice *choice,
					   __u32 family)
{
	struct datagram *datagram;
	struct datagram_key key;

	if (!search || !choice)
		return DROP_FRAGMENT_LATER;
	set_datagram(&key, &search->packet, family);
	datagram = bpf_map_lookup_elem(&datagrams, &key);
	if (!datagram || since(datagram->since, clock_now().nanos) >= DATAGRAM_LIFE)
		return DROP_FRAGMENT_LATER;
	if (search->packet.offset < datagram->headers)
		return DROP_FRAGMENT_OVERLAP;
	choice->label = datagram->target;
	choice->service = datagram->service;
	choice->way = WAY_FRAGMENT;
	return datagram->otherwise;
}

#endif
