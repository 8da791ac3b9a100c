// SPDX-License-Identifier: GPL-2.0
/*
 * For the differential fuzz alone: the data plane's own code under clocks and random numbers that
 * the test sets, which returns where a packet ended beside its verdict.
 */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

/* moments[0]: written by the test before each packet. */
struct moment {
	__u64 tick;
	__u64 coarse;
	__u64 nanos;
	__u64 random;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__uint(map_flags, BPF_F_MMAPABLE);
	__type(key, __u32);
	__type(value, struct moment);
} moments SEC(".maps");

static __always_inline struct moment *moment(void)
{
	__u32 zero = 0;

	return bpf_map_lookup_elem(&moments, &zero);
}

static __always_inline __u64 set_jiffies(void)
{
	struct moment *now = moment();

	return now ? now->tick : 0;
}

static __always_inline __u64 set_coarse(void)
{
	struct moment *now = moment();

	return now ? now->coarse : 0;
}

static __always_inline __u64 set_nanos(void)
{
	struct moment *now = moment();

	return now ? now->nanos : 0;
}

/* Knuth's 64-bit generator. */
static __always_inline __u32 set_random(void)
{
	struct moment *now = moment();

	if (!now)
		return 0;
	now->random = now->random * 6364136223846793005ULL + 1442695040888963407ULL;
	return now->random >> 32;
}

#define bpf_jiffies64()			set_jiffies()
#define bpf_ktime_get_coarse_ns()	set_coarse()
#define bpf_ktime_get_ns()		set_nanos()
#define bpf_get_prandom_u32()		set_random()

#include "shunt.bpf.c"

#define VERDICT_BITS	8

SEC("xdp")
int fuzz(struct xdp_md *ctx)
{
	enum outcome outcome = inspect(ctx, &config);

	count_outcome(outcome);
	return outcome << VERDICT_BITS | verdict_of(outcome);
}
