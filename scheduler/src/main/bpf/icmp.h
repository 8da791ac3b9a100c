/* SPDX-License-Identifier: GPL-2.0 */
/*
 * ICMP errors about a VIP's flow (RFC 792, RFC 4443): they go where the flow goes, for only there
 * a stack knows it and can act on "too big" or "unreachable".
 *
 * The error quotes the packet that it is about, one that the VIP sent; reversed it names the flow.
 * Nothing is changed in a session: anybody can send an error.
 */
#ifndef SHUNT_ICMP_H
#define SHUNT_ICMP_H

#include "address6.h"
#include "ip6.h"
#include "session.h"

#define UNREACHABLE4		3
#define TIME_EXCEEDED4		11
#define PARAMETER_PROBLEM4	12
#define UNREACHABLE6		1
#define PARAMETER_PROBLEM6	4
/* What every error quotes of the packet behind its IP header (RFC 792). */
#define QUOTED_BYTES		8

struct icmp_error {
	__u8 type;
	__u8 code;
	__be16 checksum;
	__be32 rest;
};

/* Where TCP and UDP have their ports. */
struct quoted_ports {
	__be16 source;
	__be16 destination;
	__be32 more;
};

static __always_inline int is_balanced(__u8 protocol)
{
	return protocol == IPPROTO_TCP || protocol == IPPROTO_UDP;
}

static __always_inline void set_ports(union flow *flow, __u8 protocol,
				      const struct quoted_ports *ports)
{
	flow->six.protocol = protocol;
	flow->six.source_port = ports->destination;
	flow->six.destination_port = ports->source;
}

/* Returns OUTCOMES if the flow was found out, and else what becomes of the packet. */
static __always_inline enum outcome quoted_flow4(union flow *flow, struct iphdr *ip, void *end)
{
	struct quoted_ports *ports;
	struct icmp_error *error;
	struct iphdr *quoted;
	__u32 length;

	if ((void *)(ip + 1) > end)
		return DROP_IP_TRUNCATED;
	length = bpf_ntohs(ip->tot_len) - ip->ihl * 4;
	error = (void *)ip + ip->ihl * 4;
	if (length < sizeof(*error) || (void *)(error + 1) > end)
		return PASS_VIP_ICMP;
	if (error->type != UNREACHABLE4 && error->type != TIME_EXCEEDED4 &&
	    error->type != PARAMETER_PROBLEM4)
		return PASS_VIP_ICMP;

	quoted = (void *)(error + 1);
	if ((void *)(quoted + 1) > end || quoted->version != 4 || quoted->ihl < IP_MIN_WORDS ||
	    length < sizeof(*error) + quoted->ihl * 4 + QUOTED_BYTES)
		return DROP_ICMP_ERROR;
	if (quoted->saddr != ip->daddr || quoted->frag_off & bpf_htons(IP_OFFSET_MASK))
		return DROP_ICMP_ERROR;
	if (!is_balanced(quoted->protocol))
		return PASS_VIP_ICMP;
	ports = (void *)quoted + quoted->ihl * 4;
	if ((void *)(ports + 1) > end)
		return DROP_ICMP_ERROR;
	flow->four.source = quoted->daddr;
	flow->four.destination = quoted->saddr;
	set_ports(flow, quoted->protocol, ports);
	return OUTCOMES;
}

/* Steps over extension headers. Whoever wrote them did so for the VIP, so few are asked of. */
static __always_inline enum outcome quoted_flow6(union flow *flow, struct ipv6hdr *ip, void *end)
{
	struct quoted_ports *ports;
	struct extension *header;
	struct icmp_error *error;
	struct ipv6hdr *quoted;
	__be32 *sent_by, *sent_to;
	__u32 rest, bytes;
	void *at;
	__u8 next;
	int i;

	/* Behind extension headers of its own it is left to the stack. */
	error = (void *)(ip + 1);
	if ((void *)(error + 1) > end || ip->nexthdr != IPPROTO_ICMPV6 ||
	    bpf_ntohs(ip->payload_len) < sizeof(*error))
		return PASS_VIP_ICMP;
	if (error->type < UNREACHABLE6 || error->type > PARAMETER_PROBLEM6)
		return PASS_VIP_ICMP;

	rest = bpf_ntohs(ip->payload_len);
	quoted = (void *)(error + 1);
	at = quoted + 1;
	if (at > end || rest < sizeof(*error) + sizeof(*quoted) || quoted->version != 6)
		return DROP_ICMP_ERROR;
	rest -= sizeof(*error) + sizeof(*quoted);
	sent_by = quoted->saddr.in6_u.u6_addr32;
	sent_to = quoted->daddr.in6_u.u6_addr32;
	if (!same_address6(sent_by, ip->daddr.in6_u.u6_addr32))
		return DROP_ICMP_ERROR;

	next = quoted->nexthdr;
	for (i = 0; i < MAX_EXTENSIONS && is_extension(next); i++) {
		header = at;
		if ((void *)(header + 1) > end)
			return DROP_ICMP_ERROR;
		if (next == NEXT_FRAGMENT && header->fragment & bpf_htons(FRAGMENT6_OFFSET))
			return DROP_ICMP_ERROR;
		bytes = next == NEXT_FRAGMENT ? EXTENSION_UNIT :
						(header->units + 1) * EXTENSION_UNIT;
		if (bytes > rest)
			return DROP_ICMP_ERROR;
		next = header->next;
		at += bytes;
		rest -= bytes;
	}
	if (is_extension(next))
		return DROP_ICMP_ERROR;
	if (!is_balanced(next))
		return PASS_VIP_ICMP;
	ports = at;
	if (rest < QUOTED_BYTES || (void *)(ports + 1) > end)
		return DROP_ICMP_ERROR;
	__builtin_memcpy(flow->six.source, sent_to, sizeof(flow->six.source));
	__builtin_memcpy(flow->six.destination, sent_by, sizeof(flow->six.destination));
	set_ports(flow, next, ports);
	return OUTCOMES;
}

/* As a mid-flow packet, but only by reading. PASS_VIP_ICMP: no service of ours. */
static __always_inline enum outcome follow_flow(struct search *search, enum family family,
						struct choice *choice)
{
	const union flow *flow = &search->packet.flow;
	struct service *service = service_of(flow, family);
	struct session *session;
	__u32 label = 0;

	if (!service)
		return PASS_VIP_ICMP;
	search->now = clock_now();
	search->mark = flow_mark(flow, family);
	session = bpf_map_lookup_elem(sessions_of(family), key_of(flow, family));
	if (session)
		label = session->target;
	else if (flow->six.protocol == IPPROTO_TCP)
		label = embryo_target(search->mark, search->now.nanos) & ~1;
	if (!label || takes_none(target_of(label)))
		label = pick(flow, family, service, search->seed);
	choice->label = label;
	choice->service = service->index + 1;
	choice->way = WAY_ERROR;
	return OUTCOMES;
}

/*
 * Calls: see look_up4(). at: where the IP header begins. search: with the packet, whose flow
 * becomes the one that the error is about, and the seed.
 */
__attribute__((noinline)) int follow_error4(struct xdp_md *ctx, __u32 at, struct search *search,
					    struct choice *choice)
{
	void *ip = (void *)(long)ctx->data + (at & LINK_MASK);
	enum outcome otherwise;

	if (!search || !choice)
		return DROP_ICMP_ERROR;
	otherwise = quoted_flow4(&search->packet.flow, ip, end_of(ctx));
	return otherwise == OUTCOMES ? follow_flow(search, IPV4, choice) : otherwise;
}

__attribute__((noinline)) int follow_error6(struct xdp_md *ctx, __u32 at, struct search *search,
					    struct choice *choice)
{
	void *ip = (void *)(long)ctx->data + (at & LINK_MASK);
	enum outcome otherwise;

	if (!search || !choice)
		return DROP_ICMP_ERROR;
	otherwise = quoted_flow6(&search->packet.flow, ip, end_of(ctx));
	return otherwise == OUTCOMES ? follow_flow(search, IPV6, choice) : otherwise;
}

#endif
