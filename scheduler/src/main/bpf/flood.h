/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How many connections a service is asked for: what is above its limit is taken for a flood.
 *
 * Each CPU counts for itself and adds up to the service's count in sixteens. A flood begins with the
 * packet that passes the limit, and is over when two seconds have gone by with less than half of it.
 */
#ifndef SHUNT_FLOOD_H
#define SHUNT_FLOOD_H

#include "clock.h"
#include "cookie.h"
#include "maps.h"

#define FLOOD_BATCH	16
/* About a quarter of a second; what is configured for a second is divided by four. */
#define FLOOD_SHIFT	28
#define FLOOD_CALM	8

static __always_inline int is_flooded(const struct flood *flood, __u64 window)
{
	return flood->loud && since(flood->loud, window) < FLOOD_CALM;
}

static __always_inline void flood_add(struct flood *flood, __u64 window, __u32 limit)
{
	__u64 count;

	/* Of several CPUs that begin a window, one may lose what another has added: sixteen. */
	if (flood->window != window) {
		flood->window = window;
		flood->count = 0;
	}
	count = __sync_fetch_and_add(&flood->count, FLOOD_BATCH) + FLOOD_BATCH;
	if (count > (is_flooded(flood, window) ? limit / 2 : limit))
		flood->loud = window;
}

/* Counts one more, and says whether the service is being flooded. */
static __always_inline int flooded(const struct service *service, __u64 nanos)
{
	__u64 window = nanos >> FLOOD_SHIFT;
	__u32 index = service->index;
	__u32 *pending = bpf_map_lookup_elem(&flood_counts, &index);
	struct flood *flood = bpf_map_lookup_elem(&floods, &index);

	if (!pending || !flood)
		return 0;
	if (++*pending >= FLOOD_BATCH) {
		*pending = 0;
		flood_add(flood, window, service->flood_from / 4);
	}
	return is_flooded(flood, window);
}

/* Whether a SYN without an embryo is to be answered here. */
static __always_inline int wants_cookie(const struct service *service, __u64 nanos)
{
	__u64 wall;

	if (service->cookies == COOKIES_OFF)
		return 0;
	if (!flooded(service, nanos) && service->cookies != COOKIES_ALWAYS)
		return 0;
	wall = cookie_wall(nanos);
	return wall && cookie_key(wall >> COOKIE_MINUTE_SHIFT);
}

#endif
