/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How a packet finds its session: by what this CPU had a moment ago, by the table, or by the label
 * that brought it here.
 */
#ifndef SHUNT_LOOKUP_H
#define SHUNT_LOOKUP_H

#include "confirm.h"
#include "session.h"

static __always_inline void set_mine(const struct session *session, const struct search *search,
				     enum family family)
{
	struct target *own = target_of(session->target);
	__u32 label = session->label;
	struct label_entry *entry;

	if (!own)
		return;
	set_forth(session, own, search->mark, family);
	entry = config.returns ? bpf_map_lookup_elem(&labels, &label) : NULL;
	if (entry)
		confirm(entry, search->client_mac, search->now.nanos);
}

/* A session that its label brought to this machine, whose own label is own. */
static __always_inline struct choice learn(const struct search *search, enum family family,
					   __u32 own)
{
	const struct packet *packet = &search->packet;
	struct service *service = service_of(&packet->flow, family);
	struct choice choice = { .label = own, .way = WAYS };
	struct session session = {
		.last_seen = search->now.nanos,
		.packets = 1,
		.target = own,
		.state = packet->closes ? SESSION_CLOSING :
			 packet->opens ? SESSION_OPENING : SESSION_ESTABLISHED,
		.label = search->came,
	};
	long failure;

	if (!service)
		return choice;
	choice.service = session.service = service->index + 1;
	choice.way = WAY_LEARN;
	failure = bpf_map_update_elem(sessions_of(family), key_of(&packet->flow, family), &session,
				      BPF_NOEXIST);
	/* Without a session nothing would take the label's entry away again. */
	if (failure && failure != -EEXIST)
		choice.way = WAY_TABLE_FULL;
	else
		set_mine(&session, search, family);
	return choice;
}

/*
 * Whether this goes on from a new start, whose SYN had the target's label and left nothing here,
 * while the table still has the end of what the client used the port for before.
 */
static __always_inline int began_anew(const struct session *session, const struct search *search)
{
	return session->state == SESSION_CLOSING && session->label != search->came &&
	       !search->packet.opens && !search->packet.closes;
}

/*
 * Whether a label that chose this machine decides over what its table says: it does about who has a
 * new start, and about the label where the table agrees.
 */
static __always_inline int is_overruled(const struct session *session, const struct search *search,
					__u32 own)
{
	return session->target == own || began_anew(session, search) ||
	       (search->packet.opens && session->label != search->came);
}

static __always_inline struct choice learn_again(struct session *session,
						 const struct search *search, enum family family,
						 __u32 own)
{
	struct choice choice = { own, session->service, WAY_LEARN, 0 };

	session->target = own;
	if (began_anew(session, search)) {
		session->state = SESSION_OPENING;
		count_load(own, 1);
		count_sessions(session->service, 1);
	}
	/* Its scheduler gives the old pair out again. */
	if (session->label != search->came)
		clear_pair(session->label, search->mark);
	session->label = search->came;
	set_mine(session, search, family);
	advance(session, &search->packet, family, search->is_tcp);
	seen(session, &search->now);
	return choice;
}

static __always_inline int look_up(struct search *search, enum family family,
				   struct choice *choice)
{
	__u32 own = chosen_by(search->came, search->held);
	const union flow *flow = &search->packet.flow;
	struct recent *recent = recent_place(search->mark, family);
	struct session *session;

	/* Others have a session, likely, and need no embryo. */
	if (search->is_tcp && search->packet.opens)
		embryo_touch(search->mark);
	session = bpf_map_lookup_elem(sessions_of(family), key_of(flow, family));
	if (!session) {
		if (search->is_tcp)
			embryo_touch(search->mark);
		*choice = own ? learn(search, family, own) : unknown(search, family);
	} else {
		*choice = own && is_overruled(session, search, own) ?
				  learn_again(session, search, family, own) :
				  known(session, search, family);
		if (recent)
			set_recent(recent, flow, family, session, search->now.tick);
	}
	/* Where tables disagree, a session's label could go in circles; a target's is always known. */
	if (search->came >= FIRST_SESSION_LABEL)
		choice->forth = 0;
	return 0;
}

/*
 * Calls, of which there are no others: the verifier goes through each once, instead of once for
 * every way by which a frame can come here. It wants to hear about NULL and about a result.
 */
__attribute__((noinline)) int look_up4(struct search *search, struct choice *choice)
{
	return search && choice ? look_up(search, IPV4, choice) : -1;
}

__attribute__((noinline)) int look_up6(struct search *search, struct choice *choice)
{
	return search && choice ? look_up(search, IPV6, choice) : -1;
}

/*
 * search: with its packet. What starts or ends a session must see the session. found: the choice's
 * target if it was looked up on the way.
 */
static __always_inline void choose(struct search *search, enum family family,
				   const struct config *cfg, struct choice *choice,
				   struct target **found)
{
	const struct packet *packet = &search->packet;
	struct target *target;
	struct recent *recent;

	search->now = clock_now();
	search->mark = flow_mark(&packet->flow, family);
	search->seed = cfg->seed;
	search->is_tcp = packet->flow.six.protocol == IPPROTO_TCP;
	recent = recent_place(search->mark, family);
	if (recent && is_recent(recent, &packet->flow, family, search->now.tick) &&
	    search->came < FIRST_SESSION_LABEL && !packet->closes && !(packet->opens && search->is_tcp) &&
	    !takes_none(target = target_of(recent->target))) {
		*found = target;
		recent->packets++;
		choice->label = recent->target;
		choice->service = recent->service;
		choice->way = WAY_SESSION;
		choice->forth = recent->label;
	} else if (family == IPV4) {
		look_up4(search, choice);
	} else {
		look_up6(search, choice);
	}
}

#endif
