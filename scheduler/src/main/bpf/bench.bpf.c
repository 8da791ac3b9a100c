// SPDX-License-Identifier: GPL-2.0
/*
 * For 'shunt bench' alone: the data plane's own code, run again and again on one packet.
 *
 * The kernel's test run gives each pass the packet that the pass before left, so whoever changes it
 * must put it back, or every pass but the first measures something else. What is put back, and what
 * is varied to make another flow of it, counts against the data plane.
 */
#include "shunt.bpf.c"

/* Flows differ by their source, 10.0.0.0 or 2001:db8:10:: and an index on top. */
#define SOURCES		0x0a000000U
#define SPREAD		0x9e3779b1U

/* The packet comes from here. */
#define PEER		{ 2, 0, 0, 0, 0, 1 }

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

struct tcp4 {
	struct ethhdr eth;
	struct iphdr ip;
	__be16 ports[2];
} __attribute__((packed));

struct tcp6 {
	struct ethhdr eth;
	struct ipv6hdr ip;
	__be16 ports[2];
} __attribute__((packed));

/* Knuth's 64-bit generator: its upper half is random enough to defeat a cache. */
static __always_inline __u32 next_index(struct script *script)
{
	if (!script->flows)
		return script->next++;
	script->random = script->random * 6364136223846793005ULL + 1442695040888963407ULL;
	return bucket_of(script->random >> 32, script->flows);
}

/* Makes the next flow's packet of it; of a labelled one the next target's. */
static __always_inline void vary(struct xdp_md *ctx, struct script *script)
{
	void *end = (void *)(long)ctx->data_end;
	struct labelled *labelled = (void *)(long)ctx->data;
	struct tcp4 *four = (void *)(long)ctx->data;
	struct tcp6 *six = (void *)(long)ctx->data;
	__u32 index = next_index(script);
	__be16 port = bpf_htons(script->first_port +
				((index * SPREAD >> 16) * script->services >> 16));

	if ((void *)(four + 1) > end)
		return;
	if (labelled->eth.h_proto == bpf_htons(ETH_P_MPLS_UC)) {
		__u32 label = FIRST_TARGET_LABEL + 2 * index;

		labelled->shim = bpf_htonl(label << 12 | SHIM_BOTTOM | 64);
	} else if (four->eth.h_proto == bpf_htons(ETH_P_IP)) {
		four->ip.saddr = bpf_htonl(SOURCES + index);
		four->ports[1] = port;
	} else if ((void *)(six + 1) <= end) {
		six->ip.saddr.in6_u.u6_addr32[3] = bpf_htonl(index);
		six->ports[1] = port;
	}
}

static __always_inline void put_back(struct xdp_md *ctx, const struct config *cfg,
				     enum outcome outcome)
{
	static const __u8 peer[ETH_ALEN] = PEER;
	struct labelled *frame;
	__be16 type;

	if (outcome < FORWARD_SESSION || outcome > LABEL_SWITCH)
		return;
	if (outcome != LABEL_SWITCH && bpf_xdp_adjust_head(ctx, SHIM_BYTES))
		return;
	frame = (void *)(long)ctx->data;
	if ((void *)(frame + 1) > (void *)(long)ctx->data_end)
		return;
	__builtin_memcpy(frame->eth.h_dest, cfg->mac, ETH_ALEN);
	__builtin_memcpy(frame->eth.h_source, peer, ETH_ALEN);
	if (outcome == LABEL_SWITCH) {
		frame->shim += bpf_htonl(1);
		return;
	}
	/* The label lay over the type; the first nibble behind it tells which it was. */
	type = *(__u8 *)&frame->shim >> 4 == 4 ? bpf_htons(ETH_P_IP) : bpf_htons(ETH_P_IPV6);
	frame->eth.h_proto = type;
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
	__u32 zero = 0;
	struct config *cfg = bpf_map_lookup_elem(&config, &zero);

	return cfg ? pass_through(ctx, cfg) : XDP_ABORTED;
}

/* A packet of another flow in every pass. */
SEC("xdp")
int bench_walk(struct xdp_md *ctx)
{
	__u32 zero = 0;
	struct config *cfg = bpf_map_lookup_elem(&config, &zero);
	struct script *script = bpf_map_lookup_elem(&scripts, &zero);

	if (!cfg || !script)
		return XDP_ABORTED;
	vary(ctx, script);
	return pass_through(ctx, cfg);
}

/* What everything is compared with; it puts itself back every second pass. */
SEC("xdp")
int bench_swap(struct xdp_md *ctx)
{
	struct ethhdr *eth = (void *)(long)ctx->data;
	__u8 mac[ETH_ALEN];

	if ((void *)(eth + 1) > (void *)(long)ctx->data_end)
		return XDP_ABORTED;
	__builtin_memcpy(mac, eth->h_dest, ETH_ALEN);
	__builtin_memcpy(eth->h_dest, eth->h_source, ETH_ALEN);
	__builtin_memcpy(eth->h_source, mac, ETH_ALEN);
	return XDP_TX;
}

/* What the test run costs by itself. */
SEC("xdp")
int bench_nothing(struct xdp_md *ctx)
{
	return XDP_TX;
}
