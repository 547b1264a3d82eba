//! A network that makes trouble in the middle of an approved run: it ends in success or clearly before `--yes`, and goes on.

use std::fs;
use std::time::{Duration, Instant};

use crate::proxy::{Proxy, Troubles};
use crate::resume::{CLUSTER, Stage, create, key, told, yes};

const SOON: Duration = Duration::from_mins(1);
/// No run may take longer, whatever the network does.
const LONGEST: Duration = Duration::from_secs(150);

fn behind_a_proxy() -> (Stage, Proxy) {
    let mut stage = Stage::new();
    let proxy = Proxy::before(stage.stub.url(), Troubles::default());
    stage.desk.set("AWS_ENDPOINT_URL", &proxy.url);
    (stage, proxy)
}

// Runs an approved creation in this weather; gives whether it succeeded, in which case `--yes` ran once, and else never.
fn ran(troubles: Troubles) -> bool {
    let (stage, proxy) = behind_a_proxy();
    proxy.now(troubles);
    let began = Instant::now();
    let ended = stage.start(Some(CLUSTER)).wait_with_output().unwrap();
    assert!(began.elapsed() < LONGEST, "{troubles:?}: {ended:?}");
    let well = ended.status.code() == Some(0);
    let said = String::from_utf8(ended.stderr).unwrap();
    let clear = said.contains("\n  why: ") && said.contains("\n  do:  ");
    assert!(well || clear, "{troubles:?}: {said}");
    let applied = stage.kops.commands("update cluster --yes").len();
    assert_eq!(applied, usize::from(well), "{troubles:?}: {said}");
    well
}

#[test]
fn a_run_in_bad_weather_ends_in_success_or_clearly_before_yes() {
    let throttled = Troubles {
        throttled: 30,
        ..Troubles::default()
    };
    let succeeded = (0..3).filter(|_| ran(throttled)).count();
    assert!(succeeded >= 2, "throttling at 30 % stops the run");
    for (reset, cut, nonsense) in [(30, 0, 0), (0, 30, 0), (0, 0, 30)] {
        ran(Troubles {
            reset,
            cut,
            nonsense,
            ..Troubles::default()
        });
    }
}

#[test]
fn credentials_that_expire_in_the_middle_of_a_run_stop_it_before_yes_and_it_goes_on_with_new_ones()
{
    let (stage, proxy) = behind_a_proxy();
    let go = stage.desk.outside("go");
    // The first dry run is on a scratch store, the second on the real one.
    stage.kops.play(&format!(
        "lines: [{{when: update cluster, unless: --yes, after: 1, times: 1, waitFor: {}}}]\n",
        go.display()
    ));
    let running = stage.start(Some(CLUSTER));
    stage.kops.wait_for("update cluster", 2, SOON);
    proxy.now(Troubles {
        expired_after: Some(0),
        ..Troubles::default()
    });
    fs::write(&go, "").unwrap();
    let (_, said) = told(&running.wait_with_output().unwrap(), 1);
    assert!(said.contains("expired"), "{said}");
    assert_eq!(stage.done(), [create(), key()]);
    proxy.now(Troubles::default());
    stage.stub.add_cluster(CLUSTER);
    stage.create(Some(CLUSTER), 0);
    assert_eq!(stage.done(), [create(), key(), create(), yes()]);
}
