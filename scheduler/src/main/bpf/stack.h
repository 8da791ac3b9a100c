/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What this machine's own stack has for a TCP packet: its connections are its own, whatever tables
 * say by now.
 */
#ifndef SHUNT_STACK_H
#define SHUNT_STACK_H

#include "link.h"
#include "session.h"

enum holding {
	HOLDS_NOTHING,
	HOLDS_LISTENER,
	HOLDS_CONNECTION,
};

/* Whether a listener gave out a cookie that this packet answers: no connection stands for it yet. */
static __always_inline int answers_cookie(struct bpf_sock *listener, struct xdp_md *ctx, __u32 at,
					  enum family family)
{
	void *ip = (void *)(long)ctx->data + (at & LINK_MASK);
	void *end = end_of(ctx);
	struct ipv6hdr *six = ip;
	struct iphdr *four = ip;
	struct tcphdr *tcp;

	if (family == IPV4) {
		if ((void *)(four + 1) > end)
			return 0;
		tcp = ip + four->ihl * 4;
		return (void *)(tcp + 1) <= end &&
		       !bpf_tcp_check_syncookie(listener, four, sizeof(*four), tcp, sizeof(*tcp));
	}
	tcp = (void *)(six + 1);
	return (void *)(tcp + 1) <= end && six->nexthdr == IPPROTO_TCP &&
	       !bpf_tcp_check_syncookie(listener, six, sizeof(*six), tcp, sizeof(*tcp));
}

static __always_inline enum holding holding(struct xdp_md *ctx, const union flow *flow, __u32 at,
					    enum family family)
{
	struct bpf_sock_tuple tuple = {};
	enum holding found = HOLDS_CONNECTION;
	struct bpf_sock *socket;

	if (family == IPV4) {
		tuple.ipv4.saddr = flow->four.source;
		tuple.ipv4.daddr = flow->four.destination;
		tuple.ipv4.sport = flow->four.source_port;
		tuple.ipv4.dport = flow->four.destination_port;
	} else {
		__builtin_memcpy(tuple.ipv6.saddr, flow->six.source, sizeof(tuple.ipv6.saddr));
		__builtin_memcpy(tuple.ipv6.daddr, flow->six.destination,
				 sizeof(tuple.ipv6.daddr));
		tuple.ipv6.sport = flow->six.source_port;
		tuple.ipv6.dport = flow->six.destination_port;
	}
	socket = bpf_skc_lookup_tcp(ctx, &tuple,
				    family == IPV4 ? sizeof(tuple.ipv4) : sizeof(tuple.ipv6),
				    BPF_F_CURRENT_NETNS, 0);
	if (!socket)
		return HOLDS_NOTHING;
	if (socket->state == BPF_TCP_LISTEN && !answers_cookie(socket, ctx, at, family))
		found = HOLDS_LISTENER;
	bpf_sk_release(socket);
	return found;
}

static __always_inline void ask_stack(struct xdp_md *ctx, __u32 at, struct search *search,
				      enum family family)
{
	const struct packet *packet = &search->packet;

	if (packet->part == PART_ALL && packet->flow.six.protocol == IPPROTO_TCP &&
	    !packet->opens)
		search->held = holding(ctx, &packet->flow, at, family) == HOLDS_CONNECTION;
}

/* Calls: see look_up4(). Whether the stack has the connection of a packet that goes on. */
__attribute__((noinline)) int ask_stack4(struct xdp_md *ctx, __u32 at, struct search *search)
{
	if (search)
		ask_stack(ctx, at, search, IPV4);
	return 0;
}

__attribute__((noinline)) int ask_stack6(struct xdp_md *ctx, __u32 at, struct search *search)
{
	if (search)
		ask_stack(ctx, at, search, IPV6);
	return 0;
}

#endif
