/* SPDX-License-Identifier: GPL-2.0 */
/* What a packet does to the session that it hits or begins, and which target it goes to. */
#ifndef SHUNT_SESSION_H
#define SHUNT_SESSION_H

#include "admit.h"
#include "balance.h"
#include "counters.h"
#include "embryo.h"
#include "flood.h"
#include "pair.h"
#include "parse.h"
#include "recent.h"
#include "service.h"

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

/* What is known of a packet's SYN cookie. */
enum cookie_sight {
	COOKIE_UNSEEN,		/* nobody has looked yet */
	COOKIE_NONE,		/* its SYN cannot have one */
	COOKIE_GOOD,
	COOKIE_BAD,
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
	__u8 cookie;		/* enum cookie_sight */
	__u8 held;		/* 1: this machine's stack has the connection, as far as it was asked */
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

static __always_inline struct choice choose_new(const struct search *search, enum family family,
						const struct service *service, enum way way)
{
	struct choice choice = {
		pick_new(&search->packet.flow, family, service, search->seed),
		service->index + 1, way, 0,
	};

	return choice;
}

/* Asks a service with limits whether it takes this flow, which is new: label 0 if not. */
static __always_inline struct choice admitted(const struct search *search, enum family family,
					      const struct service *service, struct choice choice)
{
	__u32 answer;

	/* A label that says there is a session is not a new flow's (claim L11). */
	if (!service->limited || !choice.label || search->came >= FIRST_SESSION_LABEL)
		return choice;
	answer = admit(service, choice.label,
		       spread_of(&search->packet.flow, family, search->mark, service));
	choice.label = answer < FIRST_TARGET_LABEL ? 0 : answer;
	if (!choice.label)
		choice.way = answer;
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
			count_sessions(session->service, -1);
			tell(packet, family, session, EVENT_CLOSING);
		}
	} else if (packet->opens && is_tcp) {
		/* The client uses the port again before the old session was forgotten. */
		if (session->state == SESSION_CLOSING) {
			session->state = SESSION_OPENING;
			count_load(session->target, 1);
			count_sessions(session->service, 1);
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

	clear_pair(session->label, search->mark);
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
		else
			count_sessions(choice.service, 1);
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
		if (state != SESSION_CLOSING && service->limited)
			count_sessions(choice.service, 1);
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
 * A new connection: an embryo of its SYN, or, where it was answered by a cookie and the client has
 * proved that it is where it says it is, a session at once. A service by sum remembers no flow (claim
 * H5) but those that open elsewhere because the target of the formula takes nothing new.
 */
static __always_inline struct choice conceive(const struct search *search, enum family family,
					      const struct service *service, __u32 embryo)
{
	int good = search->cookie == COOKIE_GOOD;
	struct choice choice = choose_new(search, family, service, good ? WAY_COOKIE : WAY_NEW);

	/* One whose target is gone was admitted by its first SYN. */
	if (!embryo)
		choice = admitted(search, family, service, choice);
	if (!choice.label)
		return choice;
	if (is_sum(service) &&
	    choice.label == pick(&search->packet.flow, family, service, search->seed)) {
		choice.way = WAY_SUM;
		return choice;
	}
	if (good)
		choice = begin(search, family, service, choice, SESSION_ESTABLISHED,
			       EVENT_ESTABLISHED);
	/* Without room for a session an embryo leads it for a while, as it leads others. */
	if (!good || choice.way == WAY_TABLE_FULL)
		embryo_put(search->mark, search->now.nanos,
			   choice.label + (search->came == ASK_LABEL));
	return choice;
}

/* A SYN: the same again, or a new one, which makes an embryo unless there are too many of them. */
static __always_inline struct choice knock(const struct search *search, enum family family,
					   const struct service *service, __u32 embryo)
{
	struct target *target = embryo ? target_of(embryo) : NULL;
	struct choice choice = { embryo, service->index + 1, WAY_OPENING, 0 };

	if (target && (target->state == TARGET_UP || target->state == TARGET_DRAINED))
		return choice;
	if (search->cookie == COOKIE_UNSEEN && wants_cookie(service, search->now.nanos)) {
		choice.way = WAY_SYN;
		return choice;
	}
	return conceive(search, family, service, embryo);
}

/* The packet after the SYN. */
static __always_inline struct choice hatch(const struct search *search, enum family family,
					   const struct service *service, __u32 embryo)
{
	struct choice choice = { embryo, service->index + 1, WAY_ESTABLISHED, 0 };

	if (search->packet.resets)
		choice.way = WAY_OPENING;
	else
		choice = begin(search, family, service, choice,
			       search->packet.closes ? SESSION_CLOSING : SESSION_ESTABLISHED,
			       search->packet.closes ? EVENT_CLOSING : EVENT_ESTABLISHED);
	/* Where the table is full it goes on leading its flow for a while. */
	if (choice.way != WAY_TABLE_FULL)
		embryo_put(search->mark, search->now.nanos, 0);
	return choice;
}

/*
 * A flow without a session and without an embryo. One that goes on gets a session too, to stay where
 * it is when the row changes: it was opened through a member whose processes died before they could
 * tell. Not of a service by sum, whose formula keeps it there, nor in a flood (calm: 0), for it costs
 * nothing to invent such a packet.
 */
static __always_inline struct choice adopt(const struct search *search, enum family family,
					   const struct service *service, int calm)
{
	struct choice choice = stateless(search, family, service);

	if (!calm || !search->packet.continues || !choice.label || is_sum(service))
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
		choice = admitted(search, family, service, choice);
		return choice.label ? begin(search, family, service, choice, SESSION_OPENING,
					    EVENT_OPENED) : choice;
	}
	embryo = embryo_target(search->mark, search->now.nanos);
	/* A client asks on its SYN, and that holds for what follows it. */
	if (embryo & 1 && !search->came)
		search->came = ASK_LABEL;
	embryo &= ~1;
	if (search->packet.opens)
		return knock(search, family, service, embryo);
	if (embryo && !takes_none(target_of(embryo)))
		return hatch(search, family, service, embryo);
	if (service->cookies == COOKIES_OFF || !search->packet.continues)
		return adopt(search, family, service, 1);
	if (search->cookie == COOKIE_GOOD)
		return conceive(search, family, service, 0);
	if (search->cookie == COOKIE_UNSEEN) {
		choice.service = service->index + 1;
		choice.way = WAY_ACK;
		return choice;
	}
	count_aside(COOKIE_INVALID);
	return adopt(search, family, service, !flooded(service, search->now.nanos));
}

#endif
