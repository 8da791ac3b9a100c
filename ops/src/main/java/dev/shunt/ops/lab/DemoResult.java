package dev.shunt.ops.lab;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.stream.Stream;

/** What the demonstration saw, and which of its claims that bears out. */
record DemoResult(
    int members,
    long requests,
    long failed,
    @JsonProperty("direct_return") boolean directReturn,
    boolean labelled,
    @JsonProperty("quiet_blackout_ms") double quietBlackoutMillis,
    @JsonProperty("kill_blackout_ms") double killBlackoutMillis,
    @JsonProperty("kill_deliveries") Deliveries.Seen killDeliveries,
    @JsonProperty("cut_deliveries") Deliveries.Seen cutDeliveries,
    @JsonProperty("cut_blackout_ms") double cutBlackoutMillis,
    @JsonProperty("long_download_survived") boolean longDownloadSurvived,
    @JsonProperty("kill_new_scheduler_ms") double killNewSchedulerMillis,
    @JsonProperty("cut_new_scheduler_ms") double cutNewSchedulerMillis,
    @JsonProperty("cut_served_again_ms") double cutServedAgainMillis,
    @JsonProperty("lost_on_living_members") int lostOnLivingMembers,
    @JsonProperty("lost_on_failed_members") int lostOnFailedMembers,
    @JsonProperty("failed_unanswered") int failedUnanswered,
    @JsonProperty("download_bytes") long downloadBytes,
    List<Claim> claims) {

  /** A sentence that is printed, and whether it was observed. */
  record Claim(String claim, boolean ok) {}

  /**
   * How long a request to a member that lives may be on its way. How long a connection is silent is
   * shown beside it: all hosts of a lab share one machine, whose own pauses are in that.
   */
  static final double KILL_DELIVERY_BOUND = 50;

  static final double SERVED_AGAIN_BOUND = 1_000;

  boolean ok() {
    return claims.stream().allMatch(Claim::ok);
  }

  /** The verdict on the evidence; pure. */
  static DemoResult judge(DemoEvidence seen) {
    LoadReport load = seen.load();
    Losses kill = seen.kill().losses();
    Losses cut = seen.cut().losses();
    String killed = seen.kill().member();
    String severed = seen.cut().member();
    int lostOnLiving =
        kill.lostOnOthersThan(List.of(killed))
            + cut.lostOnOthersThan(List.of(severed))
            + seen.failedWithoutFault();
    LoadReport.Download download =
        load.downloads().stream()
            .filter(one -> one.port() == seen.downloadPort())
            .findFirst()
            .orElseThrow(() -> new LabException("the load client does not report the download"));
    List<Claim> claims =
        Stream.of(
                claimsOfPath(seen),
                claimsOfKill(seen.kill()),
                claimsOfCut(seen.cut(), killed),
                claimsOfLoad(load, lostOnLiving, download))
            .flatMap(List::stream)
            .toList();
    return new DemoResult(
        seen.members(),
        load.requests(),
        load.failed(),
        seen.path().directReturn(),
        seen.path().labelled(),
        seen.quietBlackoutMillis(),
        kill.blackoutOnOthersThan(killed),
        seen.kill().deliveries(),
        seen.cut().deliveries(),
        cut.blackoutOnOthersThan(severed),
        download.complete(),
        seen.kill().newSchedulerMillis(),
        seen.cut().newSchedulerMillis(),
        cut.servedAgainMillis(),
        lostOnLiving,
        kill.lostOn(killed) + cut.lostOn(severed),
        kill.nobodys() + cut.nobodys(),
        download.bytes(),
        claims);
  }

  private static List<Claim> claimsOfPath(DemoEvidence seen) {
    return List.of(
        new Claim(
            "%d members form one array with one scheduler".formatted(seen.members()),
            seen.members() >= DemoOptions.MIN_MEMBERS),
        new Claim(
            "packets from the scheduler to a node carry an MPLS label", seen.path().labelled()),
        new Claim(
            "answers of a node go to the client past the scheduler", seen.path().directReturn()));
  }

  private static List<Claim> claimsOfKill(DemoEvidence.FaultEvidence kill) {
    Deliveries.Seen seen = kill.deliveries();
    return List.of(
        new Claim("kill -9 of the scheduler: another member takes over", kill.tookOver()),
        new Claim(
            "kill -9: all requests on connections of other members arrive there within %.0f ms"
                .formatted(KILL_DELIVERY_BOUND),
            seen.segments() > 0 && seen.lost() == 0 && seen.longestMillis() < KILL_DELIVERY_BOUND),
        new Claim("the killed member comes back and is eligible again", kill.cameBack()));
  }

  private static List<Claim> claimsOfCut(DemoEvidence.FaultEvidence cut, String killed) {
    double servedAgain = cut.losses().servedAgainMillis();
    return List.of(
        new Claim(
            "cut link of another scheduler: another member takes over",
            cut.tookOver() && !cut.member().equals(killed)),
        new Claim(
            "cut link: new connections are served again within %.0f ms"
                .formatted(SERVED_AGAIN_BOUND),
            servedAgain >= 0 && servedAgain <= SERVED_AGAIN_BOUND),
        new Claim("the cut member comes back and is eligible again", cut.cameBack()));
  }

  private static List<Claim> claimsOfLoad(
      LoadReport load, int lostOnLiving, LoadReport.Download download) {
    return List.of(
        new Claim("nothing is lost on members that live", lostOnLiving == 0),
        new Claim(
            "a long download through a node outlives both faults, every byte right",
            download.complete()),
        new Claim(
            "no answer is wrong or meant for another request",
            load.errors().getOrDefault("content", 0L) == 0));
  }
}
