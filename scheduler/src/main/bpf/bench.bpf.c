// SPDX-License-Identifier: GPL-2.0
/*
 * For 'shunt bench' alone: the data plane's own code, run again and again on one packet.
 *
 * The kernel's test run gives each pass the packet that the pass before left, so whoever changes it
 * must put it back, or every pass but the first measures something else. What is put back, and what
 * is varied to make another flow of it, counts against the data plane.
 */
#include <stddef.h>
#include "shunt.bpf.c"

/* Flows differ by their source, 10.0.0.0 or 2001:db8:10:: and an index on top. */
#define SOURCES		0x0a000000U
#define SPREAD		0x9e3779b1U

/* The packet comes from 02:00:00:00:00:01. */
#define PEER_HIGH	bpf_htons(0x0200)
#define PEER_LOW	bpf_htonl(0x00000001)

/* scripts[0]: which flows a walk takes. */
struct script {
	__u64 random;		/* state of the generator */
	__u32 flows;		/* a random one of so many; 0: the next one, each once */
	__u32 next;
	__u32 services;		/* so many ports from first_port on */
	__u32 first_port;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct script);
} scripts SEC(".maps");

/* Knuth's 64-bit generator: its upper half is random enough to defeat a cache. */
static __always_inline __u32 next_index(struct script *script)
{
	if (!script->flows)
		return script->next++;
	script->random = script->random * 6364136223846793005ULL + 1442695040888963407ULL;
	return bucket_of(script->random >> 32, script->flows);
}

/*
 * What is written here is written in the widths that the data plane reads it by: bytes written one by
 * one and read together make a processor wait, which no packet from a wire does.
 */
#define WORD(at)	(*(__be32 *)(at))
#define HALF(at)	(*(__be16 *)(at))

/* Makes the next flow's packet of it; of a labelled one the next target's. */
static __always_inline void vary(struct xdp_md *ctx, struct script *script)
{
	void *frame = (void *)(long)ctx->data;
	void *end = (void *)(long)ctx->data_end;
	void *packet = frame + ETH_HLEN;
	__u32 index = next_index(script);
	__be16 port = bpf_htons(script->first_port +
				((index * SPREAD >> 16) * script->services >> 16));
	__be16 type;

	if (packet + sizeof(struct iphdr) + sizeof(struct udphdr) > end)
		return;
	type = HALF(frame + 2 * ETH_ALEN);
	if (type == bpf_htons(ETH_P_MPLS_UC)) {
		__u32 label = FIRST_TARGET_LABEL + 2 * index;

		WORD(packet) = bpf_htonl(label << 12 | SHIM_BOTTOM | 64);
	} else if (type == bpf_htons(ETH_P_IP)) {
		WORD(packet + offsetof(struct iphdr, saddr)) = bpf_htonl(SOURCES + index);
		HALF(packet + sizeof(struct iphdr) + offsetof(struct udphdr, dest)) = port;
	} else if (packet + sizeof(struct ipv6hdr) + sizeof(struct udphdr) <= end) {
		WORD(packet + offsetof(struct ipv6hdr, saddr) + 12) = bpf_htonl(index);
		HALF(packet + sizeof(struct ipv6hdr) + offsetof(struct udphdr, dest)) = port;
	}
}

static __always_inline void put_back(struct xdp_md *ctx, const struct config *cfg,
				     enum outcome outcome)
{
	void *frame;

	if (outcome < FORWARD_SESSION || outcome > LABEL_SWITCH)
		return;
	if (outcome != LABEL_SWITCH && bpf_xdp_adjust_head(ctx, SHIM_BYTES))
		return;
	frame = (void *)(long)ctx->data;
	if (frame + ETH_HLEN + SHIM_BYTES > (void *)(long)ctx->data_end)
		return;
	WORD(frame) = *(const __u32 *)cfg->mac;
	HALF(frame + 4) = *(const __u16 *)(cfg->mac + 4);
	HALF(frame + ETH_ALEN) = PEER_HIGH;
	WORD(frame + ETH_ALEN + 2) = PEER_LOW;
	if (outcome == LABEL_SWITCH)
		WORD(frame + ETH_HLEN) += bpf_htonl(1);
	else if (*(__u8 *)(frame + ETH_HLEN) >> 4 == 4)
		HALF(frame + 2 * ETH_ALEN) = bpf_htons(ETH_P_IP);
	else
		HALF(frame + 2 * ETH_ALEN) = bpf_htons(ETH_P_IPV6);
}

static __always_inline int pass_through(struct xdp_md *ctx, const struct config *cfg)
{
	enum outcome outcome = inspect(ctx, cfg);

	count_outcome(outcome);
	put_back(ctx, cfg, outcome);
	return verdict_of(outcome);
}

/* The same packet in every pass. */
SEC("xdp")
int bench_same(struct xdp_md *ctx)
{
	return pass_through(ctx, &config);
}

/* A packet of another flow in every pass. */
SEC("xdp")
int bench_walk(struct xdp_md *ctx)
{
	__u32 zero = 0;
	struct script *script = bpf_map_lookup_elem(&scripts, &zero);

	if (!script)
		return XDP_ABORTED;
	vary(ctx, script);
	return pass_through(ctx, &config);
}

/*
 * What everything is compared with: as the kernel's samples swap them, by halves. It puts itself back
 * every second pass.
 */
SEC("xdp")
int bench_swap(struct xdp_md *ctx)
{
	__u16 *mac = (void *)(long)ctx->data;
	__u16 one, two, three;

	if ((void *)mac + ETH_HLEN > (void *)(long)ctx->data_end)
		return XDP_ABORTED;
	one = mac[0];
	two = mac[1];
	three = mac[2];
	mac[0] = mac[3];
	mac[1] = mac[4];
	mac[2] = mac[5];
	mac[3] = one;
	mac[4] = two;
	mac[5] = three;
	return XDP_TX;
}

/* What the test run costs by itself. */
SEC("xdp")
int bench_nothing(struct xdp_md *ctx)
{
	return XDP_TX;
}
