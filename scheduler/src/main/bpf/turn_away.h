/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a client is told whose session is not admitted: by TCP a reset as a closed port would send it
 * (RFC 9293 section 3.10.7.1), by UDP that the port is unreachable (RFC 1122 section 4.1.3.1, RFC
 * 4443 section 3.1). It comes from the VIP and goes back to where the frame came from.
 */
#ifndef SHUNT_TURN_AWAY_H
#define SHUNT_TURN_AWAY_H

#include "too_big.h"

#define PORT_UNREACHABLE4	3
#define PORT_UNREACHABLE6	4
/* Of the packet's bytes so many are written over, so that open_answer() has room for two tags. */
#define OVERWRITTEN		(TWO_TAGS - UNTAGGED)
/* Words of the longest quote: what the longest answer has room for. */
#define QUOTE_WORDS		(QUOTE6_BYTES / 4)

struct reset4 {
	struct iphdr ip;
	struct tcphdr tcp;
};

struct reset6 {
	struct ipv6hdr ip;
	struct tcphdr tcp;
};

/* Of a flow, its opening packet, and the answer. */
struct turned {
	__u32 acknowledge;	/* what a reset of a SYN acknowledges, host order */
	__u32 sequence;		/* where a reset of an ACK stands */
	__u32 is_ack;
	__u32 bytes;		/* of the packet from its IP header on */
};

/*
 * The sum of bytes that are in the frame from a place on, a last half word filled up with 0. Calls:
 * see look_up4().
 */
__attribute__((noinline)) int sum_frame(struct xdp_md *ctx, __u32 at, __u32 bytes)
{
	void *end = end_of(ctx);
	__u8 *next = (void *)(long)ctx->data + (at & 0xff);
	__u64 sum = 0;
	__u32 i;

	for (i = 0; i < QUOTE_WORDS && bytes >= 4; i++, bytes -= 4, next += 4) {
		if ((void *)(next + 4) > end)
			return 0;
		sum += *(__u32 *)next;
	}
	for (i = 0; i < 3 && i < bytes; i++, next++) {
		if ((void *)(next + 1) > end)
			return 0;
		sum += (__u32)*next << 8 * i;
	}
	return fold(sum);
}

/* A TCP or UDP header is summed with the addresses of its packet. */
static __always_inline __u64 sum_tcp(const struct tcphdr *tcp)
{
	return sum_words(tcp, sizeof(*tcp) / 4) + bpf_htonl(sizeof(*tcp)) + bpf_htonl(IPPROTO_TCP);
}

static __always_inline void set_reset(struct tcphdr *tcp, const union flow *flow,
				      const struct turned *turned)
{
	tcp->source = flow->six.destination_port;
	tcp->dest = flow->six.source_port;
	tcp->doff = TCP_MIN_WORDS;
	tcp->rst = 1;
	if (turned->is_ack) {
		tcp->seq = bpf_htonl(turned->sequence);
		return;
	}
	tcp->ack_seq = bpf_htonl(turned->acknowledge);
	tcp->ack = 1;
}

/*
 * All that the client sent in sequence: data, and the SYN as one more. What has a cookie in it was
 * opened by an ACK, and is reset where the client expects us.
 */
static __always_inline int read_syn(struct turned *turned, struct tcphdr *tcp, __u32 length,
				    void *end)
{
	if ((void *)(tcp + 1) > end)
		return -1;
	turned->acknowledge = bpf_ntohl(tcp->seq) + length - tcp->doff * 4 + 1;
	turned->sequence = bpf_ntohl(tcp->ack_seq);
	turned->is_ack = tcp->ack;
	return 0;
}

static __always_inline int read_opening4(struct turned *turned, struct iphdr *ip, int is_tcp,
					 void *end)
{
	__u32 header;

	if ((void *)(ip + 1) > end)
		return -1;
	header = ip->ihl * 4;
	turned->bytes = bpf_ntohs(ip->tot_len);
	return is_tcp ? read_syn(turned, (void *)ip + header, turned->bytes - header, end) : 0;
}

/* Behind extension headers, which parse_ipv6() has found in order. */
static __always_inline int read_opening6(struct turned *turned, struct ipv6hdr *ip, int is_tcp,
					 void *end)
{
	struct extension *header;
	void *at = ip + 1;
	__u32 rest, bytes;
	__u8 next;
	int i;

	if (at > end)
		return -1;
	rest = bpf_ntohs(ip->payload_len);
	next = ip->nexthdr;
	turned->bytes = sizeof(*ip) + rest;
	if (!is_tcp)
		return 0;
	for (i = 0; i < MAX_EXTENSIONS && is_extension(next); i++) {
		header = at;
		if ((void *)(header + 1) > end)
			return -1;
		bytes = next == NEXT_FRAGMENT ? EXTENSION_UNIT :
						(header->units + 1) * EXTENSION_UNIT;
		next = header->next;
		at += bytes;
		rest -= bytes;
	}
	return read_syn(turned, at, rest, end);
}

static __always_inline enum outcome reset4(struct xdp_md *ctx, const struct config *cfg,
					   const struct packet *packet, __u32 link,
					   const struct turned *turned)
{
	struct reset4 *answer;

	answer = open_answer(ctx, cfg, link, packet->bytes, sizeof(*answer) - OVERWRITTEN,
			     OVERWRITTEN);
	if (!answer || (void *)(answer + 1) > (void *)(long)ctx->data_end)
		return DROP_REFUSED;
	__builtin_memset(answer, 0, sizeof(*answer));
	answer->ip.version = 4;
	answer->ip.ihl = IP_MIN_WORDS;
	answer->ip.tot_len = bpf_htons(sizeof(*answer));
	answer->ip.frag_off = bpf_htons(IP_DONT);
	answer->ip.ttl = ANSWER_TTL;
	answer->ip.protocol = IPPROTO_TCP;
	answer->ip.saddr = packet->flow.four.destination;
	answer->ip.daddr = packet->flow.four.source;
	answer->ip.check = ~fold(sum_words(&answer->ip, sizeof(answer->ip) / 4));
	set_reset(&answer->tcp, &packet->flow, turned);
	answer->tcp.check = ~fold(sum_words(&answer->ip.saddr, 2) + sum_tcp(&answer->tcp));
	return REFUSE_RESET;
}

static __always_inline enum outcome reset6(struct xdp_md *ctx, const struct config *cfg,
					   const struct packet *packet, __u32 link,
					   const struct turned *turned)
{
	struct reset6 *answer;

	answer = open_answer(ctx, cfg, link, packet->bytes, sizeof(*answer) - OVERWRITTEN,
			     OVERWRITTEN);
	if (!answer || (void *)(answer + 1) > (void *)(long)ctx->data_end)
		return DROP_REFUSED;
	__builtin_memset(answer, 0, sizeof(*answer));
	answer->ip.version = 6;
	answer->ip.payload_len = bpf_htons(sizeof(answer->tcp));
	answer->ip.nexthdr = IPPROTO_TCP;
	answer->ip.hop_limit = ANSWER_TTL;
	__builtin_memcpy(&answer->ip.saddr, packet->flow.six.destination, sizeof(answer->ip.saddr));
	__builtin_memcpy(&answer->ip.daddr, packet->flow.six.source, sizeof(answer->ip.daddr));
	set_reset(&answer->tcp, &packet->flow, turned);
	answer->tcp.check = ~fold(sum_words(&answer->ip.saddr, 8) + sum_tcp(&answer->tcp));
	return REFUSE_RESET;
}

static __always_inline enum outcome unreachable4(struct xdp_md *ctx, const struct config *cfg,
						 const struct packet *packet, __u32 link,
						 __u32 quote)
{
	struct answer4 *answer;
	__u32 sum;

	if (quote > QUOTE4_BYTES)
		quote = QUOTE4_BYTES;
	answer = open_answer(ctx, cfg, link, packet->bytes, sizeof(*answer), quote);
	if (!answer || (void *)(answer + 1) > (void *)(long)ctx->data_end)
		return DROP_REFUSED;
	__builtin_memset(answer, 0, sizeof(*answer));
	answer->ip.version = 4;
	answer->ip.ihl = IP_MIN_WORDS;
	answer->ip.tot_len = bpf_htons(sizeof(*answer) + quote);
	answer->ip.ttl = ANSWER_TTL;
	answer->ip.protocol = IPPROTO_ICMP;
	answer->ip.saddr = packet->flow.four.destination;
	answer->ip.daddr = packet->flow.four.source;
	answer->ip.check = ~fold(sum_words(&answer->ip, sizeof(answer->ip) / 4));
	answer->error.type = UNREACHABLE4;
	answer->error.code = PORT_UNREACHABLE4;
	sum = sum_frame(ctx, link + sizeof(answer->ip), sizeof(answer->error) + quote);
	answer = (void *)(long)ctx->data + link;
	if ((void *)(answer + 1) > (void *)(long)ctx->data_end)
		return DROP_REFUSED;
	answer->error.checksum = ~fold(sum);
	return REFUSE_UNREACHABLE;
}

static __always_inline enum outcome unreachable6(struct xdp_md *ctx, const struct config *cfg,
						 const struct packet *packet, __u32 link,
						 __u32 quote)
{
	struct answer6 *answer;
	__u32 sum, bytes;

	if (quote > QUOTE6_BYTES)
		quote = QUOTE6_BYTES;
	bytes = sizeof(answer->error) + quote;
	answer = open_answer(ctx, cfg, link, packet->bytes, sizeof(*answer), quote);
	if (!answer || (void *)(answer + 1) > (void *)(long)ctx->data_end)
		return DROP_REFUSED;
	__builtin_memset(answer, 0, sizeof(*answer));
	answer->ip.version = 6;
	answer->ip.payload_len = bpf_htons(bytes);
	answer->ip.nexthdr = IPPROTO_ICMPV6;
	answer->ip.hop_limit = ANSWER_TTL;
	__builtin_memcpy(&answer->ip.saddr, packet->flow.six.destination, sizeof(answer->ip.saddr));
	__builtin_memcpy(&answer->ip.daddr, packet->flow.six.source, sizeof(answer->ip.daddr));
	answer->error.type = UNREACHABLE6;
	answer->error.code = PORT_UNREACHABLE6;
	sum = sum_frame(ctx, link + sizeof(answer->ip), bytes);
	answer = (void *)(long)ctx->data + link;
	if ((void *)(answer + 1) > (void *)(long)ctx->data_end)
		return DROP_REFUSED;
	answer->error.checksum = ~fold(sum_pseudo(&answer->ip, bytes) + sum);
	return REFUSE_UNREACHABLE;
}

/* A SYN in fragments is nobody's honest try, and its length is not known here. */
static __always_inline int may_reset(const struct packet *packet)
{
	return packet->part == PART_ALL;
}

/* Calls: see look_up4(). packet: one that would have opened a session. link: bytes of the header. */
__attribute__((noinline)) int turn_away4(struct xdp_md *ctx, const struct config *cfg,
					 const struct packet *packet, __u32 link)
{
	struct turned turned = {};
	int is_tcp;

	if (!cfg || !packet || !is_host4(packet->flow.four.source))
		return DROP_REFUSED;
	link &= LINK_MASK;
	is_tcp = packet->flow.six.protocol == IPPROTO_TCP;
	if (read_opening4(&turned, (void *)(long)ctx->data + link, is_tcp, end_of(ctx)))
		return DROP_REFUSED;
	if (is_tcp)
		return may_reset(packet) ? reset4(ctx, cfg, packet, link, &turned) : DROP_REFUSED;
	return may_answer() ? unreachable4(ctx, cfg, packet, link, turned.bytes) : DROP_REFUSED;
}

__attribute__((noinline)) int turn_away6(struct xdp_md *ctx, const struct config *cfg,
					 const struct packet *packet, __u32 link)
{
	struct turned turned = {};
	int is_tcp;

	if (!cfg || !packet || !is_host6(packet->flow.six.source))
		return DROP_REFUSED;
	link &= LINK_MASK;
	is_tcp = packet->flow.six.protocol == IPPROTO_TCP;
	if (read_opening6(&turned, (void *)(long)ctx->data + link, is_tcp, end_of(ctx)))
		return DROP_REFUSED;
	if (is_tcp)
		return may_reset(packet) ? reset6(ctx, cfg, packet, link, &turned) : DROP_REFUSED;
	return may_answer() ? unreachable6(ctx, cfg, packet, link, turned.bytes) : DROP_REFUSED;
}

#endif
