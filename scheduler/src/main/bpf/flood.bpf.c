// SPDX-License-Identifier: GPL-2.0
/*
 * A SYN flood, for tests and 'shunt bench flood': run again and again on one frame by the kernel's
 * test run, which sends what comes out over an interface (BPF_F_TEST_XDP_LIVE_FRAMES), far faster
 * than any socket does. The test run gives back the frames that it sent, as they were left.
 */
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/tcp.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

/* Of the frames of 'shunt bench': see bench.bpf.c. */
#define SPREAD	0x9e3779b1U

enum flood_script_of {
	OF_SYNS,
	OF_SESSIONS,
	FLOOD_SCRIPTS,
};

/* What arrives at the other end. */
enum flood_sunk {
	SUNK_SESSION,		/* labelled, or TCP without SYN */
	SUNK_SYN,		/* SYNs that came back and their answers */
	SUNK_OTHER,
	FLOOD_SUNK,
};

#define SYN_BYTES	74
#define SESSION_BYTES	54
#define FLOOD_FRAME	80

/* scripts[OF_SYNS], scripts[OF_SESSIONS] */
struct flood_script {
	__u8 frame[FLOOD_FRAME];	/* but for what varies */
	__u64 random;		/* state of the generator */
	__u32 ifindex;		/* where the frames are sent */
	__u32 sources;		/* SYNs: their network, 24 bits of which vary; else the first one */
	__u32 ip_sum;		/* of the frame's headers without what varies */
	__u32 tcp_sum;
	__u32 flows;		/* of sessions: so many */
	__u32 next;
	__u32 services;		/* so many ports from first_port on */
	__u32 first_port;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, FLOOD_SCRIPTS);
	__type(key, __u32);
	__type(value, struct flood_script);
} scripts SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, FLOOD_SUNK);
	__type(key, __u32);
	__type(value, __u64);
} sunk SEC(".maps");

/* Keeps in the BTF what no map names, for the loader to compare its own with. */
struct {
	enum flood_script_of script;
	enum flood_sunk sunk;
} named SEC("layout") __attribute__((used));

struct frame {
	struct ethhdr eth;
	struct iphdr ip;
	struct tcphdr tcp;
} __attribute__((packed));

static __always_inline __u16 fold(__u64 sum)
{
	sum = (sum & 0xffffffff) + (sum >> 32);
	sum = (sum & 0xffff) + ((sum >> 16) & 0xffff) + (sum >> 32);
	sum = (sum & 0xffff) + (sum >> 16);
	return (sum & 0xffff) + (sum >> 16);
}

/* By the longest words that there are: the verifier takes unaligned ones. */
static __always_inline void write_frame(void *to, const struct flood_script *script, __u32 bytes)
{
	__u32 i;

#pragma unroll
	for (i = 0; i + sizeof(__u64) <= bytes; i += sizeof(__u64))
		*(__u64 *)(to + i) = *(const __u64 *)(script->frame + i);
#pragma unroll
	for (; i < bytes; i += sizeof(__u16))
		*(__u16 *)(to + i) = *(const __u16 *)(script->frame + i);
}

/* Another client's SYN in every pass, with checksums that are right. */
SEC("xdp")
int flood_syns(struct xdp_md *ctx)
{
	struct frame *frame = (void *)(long)ctx->data;
	__u32 key = OF_SYNS;
	struct flood_script *script = bpf_map_lookup_elem(&scripts, &key);
	__u64 random;

	if (!script || (void *)frame + SYN_BYTES > (void *)(long)ctx->data_end)
		return XDP_ABORTED;
	write_frame(frame, script, SYN_BYTES);
	random = script->random * 6364136223846793005ULL + 1442695040888963407ULL;
	script->random = random;
	frame->ip.saddr = bpf_htonl(script->sources | random >> 40);
	frame->tcp.source = random >> 32;
	frame->tcp.seq = random >> 16;
	frame->ip.check = ~fold((__u64)script->ip_sum + frame->ip.saddr);
	frame->tcp.check = ~fold((__u64)script->tcp_sum + frame->ip.saddr + frame->tcp.source +
				 frame->tcp.seq);
	return bpf_redirect(script->ifindex, 0);
}

/* The next established session's packet in every pass; nobody looks at its checksums. */
SEC("xdp")
int flood_sessions(struct xdp_md *ctx)
{
	struct frame *frame = (void *)(long)ctx->data;
	__u32 key = OF_SESSIONS;
	struct flood_script *script = bpf_map_lookup_elem(&scripts, &key);
	__u32 index;

	if (!script || (void *)frame + SESSION_BYTES > (void *)(long)ctx->data_end)
		return XDP_ABORTED;
	write_frame(frame, script, SESSION_BYTES);
	index = script->next++;
	if (script->next >= script->flows)
		script->next = 0;
	frame->ip.saddr = bpf_htonl(script->sources + index);
	frame->tcp.dest = bpf_htons(script->first_port +
				    ((index * SPREAD >> 16) * script->services >> 16));
	return bpf_redirect(script->ifindex, 0);
}

/* Counts what comes, and drops it. */
SEC("xdp")
int flood_sink(struct xdp_md *ctx)
{
	struct frame *frame = (void *)(long)ctx->data;
	__u32 kind = SUNK_OTHER;
	__u64 *count;

	if ((void *)(frame + 1) <= (void *)(long)ctx->data_end) {
		if (frame->eth.h_proto == bpf_htons(ETH_P_MPLS_UC))
			kind = SUNK_SESSION;
		else if (frame->eth.h_proto == bpf_htons(ETH_P_IP) &&
			 frame->ip.protocol == IPPROTO_TCP)
			kind = frame->tcp.syn ? SUNK_SYN : SUNK_SESSION;
	}
	count = bpf_map_lookup_elem(&sunk, &kind);
	if (count)
		(*count)++;
	return XDP_DROP;
}

char LICENSE[] SEC("license") = "GPL";
