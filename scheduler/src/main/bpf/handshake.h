/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Handshakes by SYN cookie at the scheduler: a SYN answered at once, from the VIP, with nothing
 * remembered, and the ACK to it, recognised. The session begins with that: see session.h. The target
 * makes the connection out of the same cookie: see cookie.bpf.c.
 */
#ifndef SHUNT_HANDSHAKE_H
#define SHUNT_HANDSHAKE_H

#include "cookie.h"
#include "handshake_maps.h"
#include "encap.h"
#include "icmp.h"
#include "nd.h"
#include "session.h"
#include "shim.h"
#include "tcp_options.h"

#define HANDSHAKE_TTL	64
#define IP4_BYTES	sizeof(struct iphdr)
#define IP6_BYTES	sizeof(struct ipv6hdr)
#define TCP_BYTES	sizeof(struct tcphdr)
/* Less than any listener has room for, and more than a client sends at first (RFC 6928). */
#define HANDSHAKE_WINDOW	29200

/* What follows the TCP header of a SYN-ACK, in words. */
#define SHORT_OPTIONS	1	/* MSS */
#define LONG_OPTIONS	5	/* and the rest, to a client with timestamps */

struct synack_options {
	__be32 words[LONG_OPTIONS];
};

/* The largest segment of a client that fits our link with its label, or in a tunnel. */
static __always_inline __u16 own_mss(const struct config *cfg, __u32 link, __u32 ip)
{
	__u32 label = cfg->tunnels ? tunnel_growth(cfg) : SHIM_BYTES;

	return cfg->max_frame - SHIM_BYTES - label - link - ip - TCP_BYTES;
}

/* Where the TCP header begins, as bytes from the link header's end; 0: not where it can be used. */
static __always_inline __u32 tcp_at(void *ip, void *end, enum family family)
{
	struct ipv6hdr *six = ip;
	struct iphdr *four = ip;

	if (family == IPV4)
		return (void *)(four + 1) > end ? 0 : four->ihl * 4;
	return (void *)(six + 1) > end || six->nexthdr != IPPROTO_TCP ? 0 : IP6_BYTES;
}

/* Returns the TCP header with all its options read; NULL if it is not all there. */
static __always_inline struct tcphdr *read_tcp(struct xdp_md *ctx, __u32 link, enum family family,
					       struct tcp_options **read)
{
	void *ip = (void *)(long)ctx->data + link;
	void *end = end_of(ctx);
	__u32 at = tcp_at(ip, end, family);
	struct tcphdr *tcp = ip + at;
	__u32 zero = 0;
	struct tcp_options *options = bpf_map_lookup_elem(&options_read, &zero);
	__u32 bytes;

	if (!options || !at || (void *)(tcp + 1) > end)
		return NULL;
	*read = options;
	bytes = tcp->doff * 4 - TCP_BYTES;
	if (bytes > OPTION_BYTES)
		return NULL;
	if (bytes && bpf_xdp_load_bytes(ctx, link + at + TCP_BYTES, options->bytes, bytes))
		return NULL;
	options->length = bytes;
	read_options(options);
	/* The helper may have moved nothing, but the verifier forgets what it knew. */
	ip = (void *)(long)ctx->data + link;
	tcp = ip + (at & 63);
	return (void *)(tcp + 1) > end_of(ctx) ? NULL : tcp;
}

/* The timestamp option of a SYN-ACK. */
struct stamp {
	__u32 time;
	__u32 echo;
};

static __always_inline void write_options(struct synack_options *to, int words, __u16 mss,
					  const struct stamp *stamp, __u8 options)
{
	__u8 scale = options & COOKIE_SCALE_MASK;

	to->words[0] = bpf_htonl(OPTION_MSS << 24 | MSS_BYTES << 16 | mss);
	if (words == SHORT_OPTIONS)
		return;
	to->words[1] = options & COOKIE_SACK ?
		       bpf_htonl(OPTION_SACK << 24 | SACK_BYTES << 16 | OPTION_TIMES << 8 | TIMES_BYTES) :
		       bpf_htonl(OPTION_NOP << 24 | OPTION_NOP << 16 | OPTION_TIMES << 8 | TIMES_BYTES);
	to->words[2] = bpf_htonl(stamp->time);
	to->words[3] = bpf_htonl(stamp->echo);
	to->words[4] = scale == COOKIE_NO_SCALE ?
		       bpf_htonl(OPTION_NOP << 24 | OPTION_NOP << 16 | OPTION_NOP << 8 | OPTION_NOP) :
		       bpf_htonl(OPTION_NOP << 24 | OPTION_SCALE << 16 | SCALE_BYTES << 8 |
				 COOKIE_OWN_SCALE);
}

/* The IP header of the answer, and the sum of what its TCP checksum covers of it. */
static __always_inline __u64 write_ip4(struct iphdr *ip, const struct flow4 *flow, __u32 tcp)
{
	__builtin_memset(ip, 0, sizeof(*ip));
	ip->version = 4;
	ip->ihl = IP_MIN_WORDS;
	ip->tot_len = bpf_htons(IP4_BYTES + tcp);
	ip->frag_off = bpf_htons(0x4000);
	ip->ttl = HANDSHAKE_TTL;
	ip->protocol = IPPROTO_TCP;
	ip->saddr = flow->destination;
	ip->daddr = flow->source;
	ip->check = ~fold(sum_words(ip, sizeof(*ip) / 4));
	return sum_words(&ip->saddr, 2) + bpf_htonl(tcp) + bpf_htonl(IPPROTO_TCP);
}

static __always_inline __u64 write_ip6(struct ipv6hdr *ip, const struct flow6 *flow, __u32 tcp)
{
	__builtin_memset(ip, 0, sizeof(*ip));
	ip->version = 6;
	ip->payload_len = bpf_htons(tcp);
	ip->nexthdr = IPPROTO_TCP;
	ip->hop_limit = HANDSHAKE_TTL;
	__builtin_memcpy(&ip->saddr, flow->destination, sizeof(ip->saddr));
	__builtin_memcpy(&ip->daddr, flow->source, sizeof(ip->daddr));
	return sum_words(&ip->saddr, 8) + bpf_htonl(tcp) + bpf_htonl(IPPROTO_TCP);
}

/*
 * Makes the SYN-ACK out of the frame. words: of options, a constant. The verifier has to know the
 * length of what is written; the frame is cut or lengthened to it first.
 */
static __always_inline int write_synack(struct xdp_md *ctx, const struct config *cfg, __u32 link,
					const union flow *flow, enum family family,
					const struct cookie *cookie, __u32 value,
					const struct stamp *stamp, const int words)
{
	__u32 ip_bytes = family == IPV4 ? IP4_BYTES : IP6_BYTES;
	__u32 tcp_bytes = TCP_BYTES + words * 4;
	__u32 bytes = link + ip_bytes + tcp_bytes;
	__u32 there = end_of(ctx) - (void *)(long)ctx->data;
	struct ethhdr *eth;
	struct tcphdr *tcp;
	__u8 asker[ETH_ALEN];
	void *ip;
	__u64 sum;

	if (there != bytes && bpf_xdp_adjust_tail(ctx, (int)bytes - (int)there))
		return -1;
	eth = (void *)(long)ctx->data;
	ip = (void *)eth + link;
	/* All that follows is at constant distances from here, and only so does the verifier know it. */
	asm volatile("" : "+r"(ip));
	tcp = ip + ip_bytes;
	if ((void *)(eth + 1) > end_of(ctx) || (void *)tcp + tcp_bytes > end_of(ctx))
		return -1;
	__builtin_memcpy(asker, eth->h_source, ETH_ALEN);
	address(eth, asker, cfg);
	sum = family == IPV4 ? write_ip4(ip, &flow->four, tcp_bytes) :
			       write_ip6(ip, &flow->six, tcp_bytes);
	__builtin_memset(tcp, 0, sizeof(*tcp));
	tcp->source = flow->six.destination_port;
	tcp->dest = flow->six.source_port;
	tcp->seq = bpf_htonl(value);
	tcp->ack_seq = bpf_htonl(cookie->client + 1);
	tcp->doff = tcp_bytes / 4;
	tcp->syn = 1;
	tcp->ack = 1;
	tcp->window = bpf_htons(HANDSHAKE_WINDOW);
	write_options((void *)(tcp + 1), words, own_mss(cfg, link, ip_bytes), stamp,
		      cookie->options);
	sum += sum_words(tcp, (int)sizeof(*tcp) / 4) + sum_words(tcp + 1, words);
	tcp->check = ~fold(sum);
	return 0;
}

static __always_inline __u8 options_of(const struct tcp_options *said)
{
	return (said->has_scale ? said->scale : COOKIE_NO_SCALE) | (said->sack ? COOKIE_SACK : 0);
}

/* OUTCOMES: it cannot be answered so, and the packet is as it was. */
static __always_inline enum outcome answer_syn(struct xdp_md *ctx, const struct config *cfg,
					       __u32 link, const struct search *search,
					       enum family family)
{
	__u16 most = own_mss(cfg, link, family == IPV4 ? IP4_BYTES : IP6_BYTES);
	__u64 wall = cookie_wall(search->now.nanos);
	__u64 minute = wall >> COOKIE_MINUTE_SHIFT;
	struct cookie_key *key = cookie_key(minute);
	const union flow *flow = &search->packet.flow;
	struct tcp_options *said;
	struct cookie cookie = {};
	struct stamp stamp;
	struct tcphdr *tcp;
	__u32 value;

	if (!key || search->packet.part != PART_ALL)
		return OUTCOMES;
	tcp = read_tcp(ctx, link, family, &said);
	if (!tcp)
		return OUTCOMES;
	cookie.client = bpf_ntohl(tcp->seq);
	cookie.mss = cookie_mss_index(said->mss < most ? said->mss : most, family);
	cookie.times = said->has_times;
	if (cookie.times)
		cookie.options = options_of(said);
	value = cookie_make(flow, family, &cookie, minute, key);
	stamp.time = (wall >> COOKIE_MILLIS_SHIFT & COOKIE_TIME_MASK) | cookie.options;
	stamp.echo = said->time;
	if (cookie.times ? write_synack(ctx, cfg, link, flow, family, &cookie, value, &stamp,
					LONG_OPTIONS) :
			   write_synack(ctx, cfg, link, flow, family, &cookie, value, &stamp,
					SHORT_OPTIONS))
		return DROP_HEADROOM;
	return SYN_COOKIE;
}

static __always_inline int brings_cookie(struct xdp_md *ctx, __u32 link,
					  const struct search *search, enum family family)
{
	struct tcp_options *options;
	struct cookie cookie = {};
	struct tcphdr *tcp;

	if (search->packet.part != PART_ALL)
		return 0;
	tcp = read_tcp(ctx, link, family, &options);
	if (!tcp)
		return 0;
	cookie.client = bpf_ntohl(tcp->seq) - 1;
	cookie.times = options->has_times;
	cookie.options = options->has_times ? options->echo & ~COOKIE_TIME_MASK : 0;
	return cookie_check(&search->packet.flow, family, &cookie, bpf_ntohl(tcp->ack_seq) - 1,
			    cookie_wall(search->now.nanos));
}

/* OUTCOMES: search says what was found out, and is to be looked up again. */
static __always_inline enum outcome shake(struct xdp_md *ctx, const struct config *cfg, __u32 link,
					  struct search *search, enum family family, enum way way)
{
	if (way == WAY_SYN) {
		search->cookie = COOKIE_NONE;
		return answer_syn(ctx, cfg, link, search, family);
	}
	search->cookie = brings_cookie(ctx, link, search, family) ? COOKIE_GOOD : COOKIE_BAD;
	return OUTCOMES;
}

/* Calls: see look_up4(). link: bytes of the link header. */
__attribute__((noinline)) int shake4(struct xdp_md *ctx, const struct config *cfg, __u32 link,
				     struct search *search, __u32 way)
{
	return cfg && search ? shake(ctx, cfg, link & LINK_MASK, search, IPV4, way) : DROP_NO_TARGET;
}

__attribute__((noinline)) int shake6(struct xdp_md *ctx, const struct config *cfg, __u32 link,
				     struct search *search, __u32 way)
{
	return cfg && search ? shake(ctx, cfg, link & LINK_MASK, search, IPV6, way) : DROP_NO_TARGET;
}

#endif
