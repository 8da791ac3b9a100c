/* SPDX-License-Identifier: GPL-2.0 */
/* What a packet does to the session that it hits or begins, and which target it goes to. */
#ifndef SHUNT_SESSION_H
#define SHUNT_SESSION_H

#include "balance.h"
#include "counters.h"
#include "embryo.h"
#include "pair.h"
#include "parse.h"
#include "recent.h"

#define EEXIST	17

/*
 * A packet's target label (0: none), how it came to it, its service as in struct session, and its
 * session's own label (0: it goes by the target's).
 */
struct choice {
	__u32 label;
	__u32 service;
	enum way way;
	__u32 forth;
};

/* A packet on its way to a session. */
struct search {
	struct packet packet;
	struct now now;
	__u64 mark;
	__u32 seed;		/* of the config */
	int is_tcp;
	__u32 came;		/* label it came with that was taken off unknown; 0: none */
	__u8 client_mac[ETH_ADDRESS];	/* whom it came from on this link */
};

static __always_inline void tell(const struct packet *packet, enum family family,
				 const struct session *session, enum event_kind kind)
{
	struct session_event *event = bpf_ringbuf_reserve(&events, sizeof(*event), 0);

	if (!event) {
		count_aside(EVENT_LOST);
		return;
	}
	event->flow = packet->flow.six;
	if (family == IPV4) {
		event->flow.source[0] = event->flow.source[1] = 0;
		event->flow.source[2] = bpf_htonl(0xffff);
		event->flow.source[3] = packet->flow.four.source;
		event->flow.destination[0] = event->flow.destination[1] = 0;
		event->flow.destination[2] = bpf_htonl(0xffff);
		event->flow.destination[3] = packet->flow.four.destination;
	}
	event->target = session->target;
	event->kind = kind;
	event->label = session->label;
	__builtin_memcpy(event->client_mac, session->client_mac, ETH_ADDRESS);
	event->flags = session->flags;
	event->pad = 0;
	bpf_ringbuf_submit(event, 0);
}

static __always_inline struct service *service_of(const union flow *flow, enum family family)
{
	if (family == IPV4) {
		struct service_key4 key = {
			.vip = flow->four.destination,
			.port = flow->four.destination_port,
			.protocol = flow->four.protocol,
		};

		return bpf_map_lookup_elem(&services4, &key);
	} else {
		struct service_key6 key = {
			.port = flow->six.destination_port,
			.protocol = flow->six.protocol,
		};

		__builtin_memcpy(key.vip, flow->six.destination, sizeof(key.vip));
		return bpf_map_lookup_elem(&services6, &key);
	}
}

static __always_inline struct choice choose_new(const struct search *search, enum family family,
						const struct service *service, enum way way)
{
	struct choice choice = {
		pick_new(&search->packet.flow, family, service, search->seed),
		service->index + 1, way, 0,
	};

	return choice;
}

static __always_inline struct choice stateless(const struct search *search, enum family family,
					       const struct service *service)
{
	struct choice choice = {
		pick(&search->packet.flow, family, service, search->seed),
		service->index + 1, is_sum(service) ? WAY_SUM : WAY_STATELESS, 0,
	};

	return choice;
}

static __always_inline int takes_none(const struct target *target)
{
	return !target || target->state == TARGET_GONE;
}

/*
 * Whether an opening packet that hits a session may take it elsewhere. Not while its target
 * lives: a forged SYN would divert a live session.
 */
static __always_inline int may_move(const struct session *session, const struct target *target,
				    int is_tcp)
{
	if (takes_none(target))
		return 1;
	/* Any UDP packet could be the next of its flow, so it waits for the target. */
	if (!is_tcp)
		return 0;
	return target->state == TARGET_DOWN ||
	       (target->state == TARGET_DRAINED && session->state == SESSION_CLOSING);
}

static __always_inline void advance(struct session *session, const struct packet *packet,
				    enum family family, int is_tcp)
{
	if (packet->closes) {
		if (session->state != SESSION_CLOSING) {
			session->state = SESSION_CLOSING;
			count_load(session->target, -1);
			tell(packet, family, session, EVENT_CLOSING);
		}
	} else if (packet->opens && is_tcp) {
		/* The client uses the port again before the old session was forgotten. */
		if (session->state == SESSION_CLOSING) {
			session->state = SESSION_OPENING;
			count_load(session->target, 1);
			tell(packet, family, session, EVENT_OPENED);
		}
	} else if (session->state == SESSION_OPENING) {
		session->state = SESSION_ESTABLISHED;
		tell(packet, family, session, EVENT_ESTABLISHED);
	}
}

static __always_inline void seen(struct session *session, const struct now *now)
{
	/* A flow stays on one CPU; a lost increment where it does not is no harm. */
	session->packets++;
	session->last_seen = now->nanos;
}

static __always_inline __u8 flags_of(const struct search *search)
{
	return search->came == ASK_LABEL ? CLIENT_LABELS : 0;
}

/* Who sends this session's packets on this link, and whether it knows labels, is as of now. */
static __always_inline void follow_client(struct session *session, const struct search *search,
					  enum family family)
{
	__u8 flags = session->flags | flags_of(search);
	int asks = flags != session->flags;

	if (search->came >= FIRST_SESSION_LABEL ||
	    (!asks && same_mac(session->client_mac, search->client_mac)))
		return;
	session->flags = flags;
	__builtin_memcpy(session->client_mac, search->client_mac, ETH_ADDRESS);
	set_back(session, search->mark, family);
	/* Not of a router that takes turns with another: who takes over here will see for itself. */
	if (asks && session->state == SESSION_ESTABLISHED)
		tell(&search->packet, family, session, EVENT_ESTABLISHED);
}

/*
 * The session has another target: it gets another pair. With its old one, the new target might
 * still send its packets on to the old target.
 */
static __always_inline void relabel(struct session *session, const struct search *search,
				    enum family family, const struct service *service)
{
	struct target *target = target_of(session->target);
	__u32 old = session->label;

	if (old) {
		clear_entry(old, search->mark);
		clear_entry(old + 1, search->mark);
	}
	session->label = pair_for(service, target);
	if (!session->label || !target)
		return;
	session->flags = flags_of(search);
	__builtin_memcpy(session->client_mac, search->client_mac, ETH_ADDRESS);
	set_forth(session, target, search->mark, family);
	set_back(session, search->mark, family);
}

/* A session whose target takes nothing any more, or takes no new start. */
static __always_inline struct choice strayed(struct session *session, const struct search *search,
					     enum family family, int moves)
{
	const struct packet *packet = &search->packet;
	struct service *service = service_of(&packet->flow, family);
	struct choice choice = { .way = WAYS };

	if (!service)
		return choice;
	if (!moves)
		return stateless(search, family, service);
	choice = choose_new(search, family, service, WAY_MOVED);
	if (choice.label) {
		if (session->state != SESSION_CLOSING)
			count_load(session->target, -1);
		count_load(choice.label, 1);
		session->target = choice.label;
		session->state = SESSION_OPENING;
		relabel(session, search, family, service);
		choice.forth = session->label;
		tell(packet, family, session, EVENT_OPENED);
		seen(session, &search->now);
	}
	return choice;
}

static __always_inline struct choice known(struct session *session, const struct search *search,
					   enum family family)
{
	const struct packet *packet = &search->packet;
	struct target *target = target_of(session->target);
	struct choice choice = {
		session->target, session->service, WAY_SESSION, session->label,
	};
	int moves = packet->opens && may_move(session, target, search->is_tcp);

	if (moves || takes_none(target))
		return strayed(session, search, family, moves);
	if (!session->service) {
		/* Another member's, written by the loader. */
		struct service *service = service_of(&packet->flow, family);

		if (service)
			choice.service = session->service = service->index + 1;
	}
	advance(session, packet, family, search->is_tcp);
	seen(session, &search->now);
	if (session->label)
		follow_client(session, search, family);
	return choice;
}

/* Makes a session of it, if the table has room. */
static __always_inline struct choice begin(const struct search *search, enum family family,
					   const struct service *service, struct choice choice,
					   enum session_state state, enum event_kind kind)
{
	struct target *target = target_of(choice.label);
	const void *key = key_of(&search->packet.flow, family);
	struct session session = {
		.last_seen = search->now.nanos,
		.packets = 1,
		.target = choice.label,
		.state = state,
		.service = choice.service,
		.label = pair_for(service, target),
		.flags = flags_of(search),
	};
	struct session *there;
	long failure;

	__builtin_memcpy(session.client_mac, search->client_mac, ETH_ADDRESS);
	failure = bpf_map_update_elem(sessions_of(family), key, &session, BPF_NOEXIST);
	if (!failure) {
		choice.forth = session.label;
		if (session.label && target) {
			set_forth(&session, target, search->mark, family);
			set_back(&session, search->mark, family);
		}
		if (state != SESSION_CLOSING)
			count_load(choice.label, 1);
		tell(&search->packet, family, &session, kind);
		return choice;
	}
	return_pair(session.label);
	if (failure == -EEXIST) {
		/* Another CPU was faster with a packet of the same flow. */
		choice.way = WAY_SESSION;
		there = bpf_map_lookup_elem(sessions_of(family), key);
		if (there)
			choice.label = there->target;
	} else {
		choice.way = WAY_TABLE_FULL;
	}
	return choice;
}

/*
 * A SYN: an embryo, or the same SYN again. A service by sum remembers no flow (claim H5) but those
 * that open elsewhere because the target of the formula takes nothing new.
 */
static __always_inline struct choice conceive(const struct search *search, enum family family,
					      const struct service *service, __u32 embryo)
{
	struct target *target = embryo ? target_of(embryo) : NULL;
	struct choice choice = { embryo, service->index + 1, WAY_OPENING, 0 };

	if (target && (target->state == TARGET_UP || target->state == TARGET_DRAINED))
		return choice;
	choice = choose_new(search, family, service, WAY_NEW);
	if (is_sum(service) &&
	    choice.label == pick(&search->packet.flow, family, service, search->seed))
		choice.way = WAY_SUM;
	else if (choice.label)
		embryo_put(search->mark, search->now.nanos,
			   choice.label + (search->came == ASK_LABEL));
	return choice;
}

/* The packet after the SYN. */
static __always_inline struct choice hatch(const struct search *search, enum family family,
					   const struct service *service, __u32 embryo)
{
	struct choice choice = { embryo, service->index + 1, WAY_ESTABLISHED, 0 };

	if (search->packet.resets)
		choice.way = WAY_OPENING;
	else if (search->packet.closes)
		choice = begin(search, family, service, choice, SESSION_CLOSING,
			       EVENT_CLOSING);
	else
		choice = begin(search, family, service, choice, SESSION_ESTABLISHED,
			       EVENT_ESTABLISHED);
	/* Where the table is full it goes on leading its flow for a while. */
	if (choice.way != WAY_TABLE_FULL)
		embryo_put(search->mark, search->now.nanos, 0);
	return choice;
}

/*
 * A flow without a session and without an embryo. One that goes on gets a session too, to stay where
 * it is when the row changes: it was opened through a member whose processes died before they could
 * tell. Not of a service by sum, whose formula keeps it there.
 */
static __always_inline struct choice adopt(const struct search *search, enum family family,
					   const struct service *service)
{
	struct choice choice = stateless(search, family, service);

	if (!search->packet.continues || !choice.label || is_sum(service))
		return choice;
	return begin(search, family, service, choice, SESSION_OPENING, EVENT_OPENED);
}

static __always_inline struct choice unknown(struct search *search, enum family family)
{
	struct service *service = service_of(&search->packet.flow, family);
	struct choice choice = { .way = WAYS };
	__u32 embryo;

	if (!service)
		return choice;
	if (is_sum(service) && (service->everyone || !search->is_tcp))
		return search->packet.opens ? choose_new(search, family, service, WAY_SUM) :
					      stateless(search, family, service);
	if (!search->is_tcp) {
		choice = choose_new(search, family, service, WAY_NEW);
		return choice.label ? begin(search, family, service, choice, SESSION_OPENING,
					    EVENT_OPENED) : choice;
	}
	embryo = embryo_target(search->mark, search->now.nanos);
	/* A client asks on its SYN, and that holds for what follows it. */
	if (embryo & 1 && !search->came)
		search->came = ASK_LABEL;
	embryo &= ~1;
	if (search->packet.opens)
		return conceive(search, family, service, embryo);
	if (embryo && !takes_none(target_of(embryo)))
		return hatch(search, family, service, embryo);
	return adopt(search, family, service);
}

#endif
