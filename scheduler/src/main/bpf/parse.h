/* SPDX-License-Identifier: GPL-2.0 */
/* From the bytes of a frame to a flow. */
#ifndef SHUNT_PARSE_H
#define SHUNT_PARSE_H

#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/in6.h>
#include <linux/ip.h>
#include <linux/tcp.h>
#include <linux/udp.h>
#include <bpf/bpf_endian.h>
#include "flow.h"
#include "ip4.h"

#define TCP_MIN_WORDS	5

/* Which part of a datagram a packet is. */
enum part {
	PART_ALL,
	PART_FIRST,
	PART_LATER,
};

struct packet {
	union flow flow __attribute__((aligned(8)));
	__u32 bytes;		/* length of the frame as it came in */
	__u32 datagram;		/* of a fragment: the datagram's identification */
	__u16 offset;		/* of a later one: where it begins in the datagram, bytes */
	__u16 headers;		/* of the first one: bytes of the datagram that hold them */
	__u8 part;		/* enum part */
	__u8 ttl;
	__u8 opens;		/* may open a session: SYN alone, or UDP */
	__u8 continues;		/* of an open TCP connection: ACK without SYN, FIN or RST */
	__u8 closes;		/* FIN or RST */
	__u8 resets;		/* RST */
};

/*
 * Both ports, and the protocol that is there already. Flows are read by words of 64 bits, to be hashed
 * and compared: a processor waits for what was written in smaller pieces.
 */
static __always_inline void add_ports(struct packet *packet, const void *l4)
{
	__u64 *last = (__u64 *)&packet->flow + sizeof(struct flow6) / sizeof(__u64) - 1;

	*last |= *(const __u32 *)l4;
}

/*
 * length: bytes that IP says there are from the TCP or UDP header on. It is never more than up to
 * end, which the verifier alone needs; it is less where the link padded a short frame.
 */
static __always_inline enum outcome parse_tcp(struct packet *packet, struct tcphdr *tcp,
					      __u32 length, void *end)
{
	if (length < sizeof(*tcp) || (void *)(tcp + 1) > end)
		return DROP_L4_TRUNCATED;
	if (tcp->doff < TCP_MIN_WORDS || tcp->doff * 4 > length)
		return DROP_TCP_HEADER;
	add_ports(packet, tcp);
	packet->opens = tcp->syn && !tcp->ack && !tcp->rst && !tcp->fin;
	packet->closes = tcp->fin || tcp->rst;
	packet->continues = tcp->ack && !tcp->syn && !packet->closes;
	packet->resets = tcp->rst;
	packet->headers += tcp->doff * 4;
	return OUTCOMES;
}

static __always_inline enum outcome parse_udp(struct packet *packet, struct udphdr *udp,
					      __u32 length, void *end)
{
	if (length < sizeof(*udp) || (void *)(udp + 1) > end)
		return DROP_L4_TRUNCATED;
	add_ports(packet, udp);
	packet->opens = 1;
	packet->headers += sizeof(*udp);
	return OUTCOMES;
}

/* icmp: which protocol that is in this version of IP. */
static __always_inline enum outcome parse_l4(struct packet *packet, void *l4, __u32 length,
					     void *end, __u8 icmp)
{
	switch (packet->flow.six.protocol) {
	case IPPROTO_TCP:
		return parse_tcp(packet, l4, length, end);
	case IPPROTO_UDP:
		return parse_udp(packet, l4, length, end);
	default:
		return packet->flow.six.protocol == icmp ? PASS_VIP_ICMP : PASS_VIP_PROTOCOL;
	}
}

/*
 * Fills in the packet. Returns what becomes of it if it is for a VIP and cannot be balanced, or
 * OUTCOMES if it can be. The header checksum is left to the target's stack, which checks it
 * anyhow: a damaged packet may go to the wrong target but is accepted by none.
 */
static __always_inline enum outcome parse_ipv4(struct packet *packet, struct iphdr *ip, void *end)
{
	__u16 fragment = bpf_ntohs(ip->frag_off);
	__u32 header = ip->ihl * 4;
	__u32 total = bpf_ntohs(ip->tot_len);

	words_of(&packet->flow, IPV4)[0] = *(__u64 *)&ip->saddr;
	words_of(&packet->flow, IPV4)[1] = (__u64)ip->protocol << 32;
	packet->ttl = ip->ttl;

	if (ip->version != 4 || ip->ihl < IP_MIN_WORDS || total < header ||
	    (void *)ip + total > end)
		return DROP_IP_HEADER;
	if (ip->ttl == 0)
		return DROP_IP_TTL;
	if (fragment & (IP_OFFSET_MASK | IP_MORE)) {
		packet->datagram = ip->id;
		packet->offset = (fragment & IP_OFFSET_MASK) * 8;
		packet->part = packet->offset ? PART_LATER : PART_FIRST;
		/* Only the first one has the ports. */
		if (packet->offset)
			return DROP_FRAGMENT_LATER;
	}
	return parse_l4(packet, (void *)ip + header, total - header, end, IPPROTO_ICMP);
}

#endif
