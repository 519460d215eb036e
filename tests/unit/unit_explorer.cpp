#include <QtTest>

#include "explorer/invariants.hpp"
#include "explorer/search.hpp"

using namespace explorer;

namespace {

/// Everything that can go wrong once, and death twice: all of it in one search.
constexpr Budget everything{.kills = 2,
                            .freezes = 1,
                            .restarts_old = 1,
                            .restarts_new = 1,
                            .stops_old = 1,
                            .stops_new = 1,
                            .fails = 1,
                            .refusals = 1,
                            .spawn_failures = 1,
                            .pause_failures = 1,
                            .rivals = 1,
                            .cancels = 1,
                            .rehearsals = 1};

/// The same again, without what only matters before COMMIT.
constexpr Budget repeated_restarts{
    .kills = 3, .freezes = 2, .restarts_old = 2, .restarts_new = 2, .rivals = 2};
constexpr Budget repeated_stops{.kills = 3, .freezes = 2, .stops_old = 2, .stops_new = 2, .rivals = 1};

Outcome explore_real(OldMachine& old_machine, NewMachine& new_machine, const Budget& budget) {
  const Outcome outcome = explore(Model(old_machine, new_machine), budget);
  qInfo("explorer: %zu states, %zu transitions in %lld ms", outcome.states, outcome.transitions,
        static_cast<long long>(outcome.time.count()));
  if (!outcome.violated.empty()) {
    qWarning("violated: %s\n%s", std::string(outcome.violated).c_str(), outcome.story.c_str());
  }
  return outcome;
}

/// A world made wrong in one place.
struct Mutant {
  const char* what;
  std::string_view breaks;
  void (*change)(std::vector<OldRow>&, std::vector<NewRow>&) = [](auto&, auto&) {};
  Twist twist{};
};

template <class Row, class State, class Event>
Row& row(std::vector<Row>& table, State from, Event event) {
  for (Row& candidate : table) {
    if (candidate.from == from && candidate.event == event) return candidate;
  }
  throw std::logic_error("a mutant of a row that is not in the table");
}

template <class Row, class State, class Event>
void drop(std::vector<Row>& table, State from, Event event) {
  table.erase(table.begin() + (&row(table, from, event) - table.data()));
}

template <class Row, class Action>
void without(Row& changed, Action action) {
  auto rest = changed.actions.begin();
  for (const Action kept : changed.actions) {
    if (kept != action) *rest++ = kept;
  }
  std::fill(rest, changed.actions.end(), Action::none);
}

using OldTable = std::vector<OldRow>;
using NewTable = std::vector<NewRow>;
constexpr std::string_view roles_match = "actions make the roles of the state";
constexpr std::string_view two_accepting = "never two accepting";
constexpr std::string_view two_in_charge = "never two in charge";
constexpr std::string_view none_accepting = "never none accepting for good";
constexpr std::string_view restart_lost = "no restart lost";
constexpr std::string_view waits_end = "every wait ends";

const Mutant mutants[] = {
    {"no accepting after a death in the trial", roles_match,
     [](OldTable& t, NewTable&) {
       without(row(t, OldState::trial, OldEvent::peer_died), OldAction::accept);
     }},
    {"the new one takes no charge with FINAL", roles_match,
     [](OldTable&, NewTable& t) {
       without(row(t, NewState::serving, NewEvent::final), NewAction::take_charge);
     }},
    {"COMMIT before the acceptors have stopped", two_accepting,
     [](OldTable& t, NewTable&) {
       OldRow& changed = row(t, OldState::offered, OldEvent::ready);
       changed.to = OldState::committed;
       changed.actions = {OldAction::pause, OldAction::send_commit};
     }},
    {"accepting again after FINAL without a kill", two_accepting,
     [](OldTable& t, NewTable&) {
       OldRow& changed = row(t, OldState::passing, OldEvent::deadline);
       changed.to = OldState::alone;
       changed.actions = {OldAction::accept, OldAction::take_charge};
     }},
    {"the new one serves without COMMIT", two_accepting,
     [](OldTable&, NewTable& t) {
       NewRow& changed = row(t, NewState::ready, NewEvent::deadline);
       changed.to = NewState::in_charge;
       changed.actions = {NewAction::accept, NewAction::take_charge};
     }},
    {"charge is kept while reclaiming",
     two_in_charge,
     [](OldTable& t, NewTable&) {
       without(row(t, OldState::committed, OldEvent::deadline), OldAction::give_up_charge);
       without(row(t, OldState::trial, OldEvent::new_fails), OldAction::give_up_charge);
     },
     {.roles_unchecked = true}},
    {"charge is taken without a CLAIM", two_in_charge,
     [](OldTable&, NewTable& t) {
       without(row(t, NewState::serving, NewEvent::deadline), NewAction::send_claim);
     }},
    {"a death in the trial is not noticed", none_accepting,
     [](OldTable& t, NewTable&) { drop(t, OldState::trial, OldEvent::peer_died); }},
    {"a crash of the one in charge is not noticed", none_accepting,
     [](OldTable& t, NewTable&) { drop(t, OldState::draining, OldEvent::peer_died); }},
    {"the death of the lock's winner is not noticed", none_accepting,
     [](OldTable& t, NewTable&) { drop(t, OldState::attaching, OldEvent::peer_died); }},
    {"the new one does not serve when the old one dies", none_accepting,
     [](OldTable&, NewTable& t) { drop(t, NewState::ready, NewEvent::old_died); }},
    {"FINAL does not carry the restart",
     restart_lost,
     [](OldTable&, NewTable&) {},
     {.final_loses_restart = true}},
    {"what comes after FINAL is not acted on", restart_lost,
     [](OldTable& t, NewTable&) { drop(t, OldState::alone, OldEvent::remember); }},
    {"nothing is passed on to the one in charge",
     restart_lost,
     [](OldTable&, NewTable&) {},
     {.forwarding_is_lost = true}},
    {"FINAL does not carry the stop", waits_end, [](OldTable&, NewTable&) {}, {.final_loses_stop = true}},
    {"passing waits for ever", waits_end,
     [](OldTable& t, NewTable&) { drop(t, OldState::passing, OldEvent::deadline); }},
    {"nobody claims", waits_end,
     [](OldTable&, NewTable& t) { drop(t, NewState::serving, NewEvent::deadline); }},
    {"withdrawing waits for ever", waits_end,
     [](OldTable& t, NewTable&) { drop(t, OldState::withdrawing, OldEvent::deadline); }},
    {"an end asked for after FINAL is not passed on", waits_end,
     [](OldTable& t, NewTable&) { drop(t, OldState::passing, OldEvent::stop_all); }},
};

}  // namespace

class UnitExplorer : public QObject {
  Q_OBJECT

 private slots:
  void every_interleaving_keeps_the_invariants_and_every_row_is_needed() {
    OldMachine old_machine(handoff::old_table());
    NewMachine new_machine(handoff::new_table());
    for (const Budget& budget : {everything, repeated_restarts, repeated_stops}) {
      const Outcome outcome = explore_real(old_machine, new_machine, budget);
      QVERIFY2(outcome.violated.empty(), std::string(outcome.violated).c_str());
    }
    std::string dead;
    for (const OldRow& unused : old_machine.dead_rows()) {
      dead += "old " + std::string(to_text(unused.from)) + " + " + std::string(to_text(unused.event)) + "; ";
    }
    for (const NewRow& unused : new_machine.dead_rows()) {
      dead += "new " + std::string(to_text(unused.from)) + " + " + std::string(to_text(unused.event)) + "; ";
    }
    QCOMPARE(dead, std::string());
  }

  void wrong_worlds_are_noticed_data() {
    QTest::addColumn<int>("number");
    for (int number = 0; number < static_cast<int>(std::size(mutants)); ++number) {
      QTest::newRow(mutants[number].what) << number;
    }
  }
  void wrong_worlds_are_noticed() {
    QFETCH(const int, number);
    const Mutant& mutant = mutants[number];
    OldTable old_rows(handoff::old_table().begin(), handoff::old_table().end());
    NewTable new_rows(handoff::new_table().begin(), handoff::new_table().end());
    mutant.change(old_rows, new_rows);
    OldMachine old_machine(old_rows);
    NewMachine new_machine(new_rows);
    const Outcome outcome = explore(Model(old_machine, new_machine, mutant.twist), everything);
    QVERIFY2(outcome.violated == mutant.breaks,
             ("broke: " + std::string(outcome.violated) + "\n" + outcome.story).c_str());
    QVERIFY(outcome.story.starts_with("  (the beginning)"));
  }

  void every_invariant_has_a_mutant() {
    for (const Invariant& invariant : invariants) {
      const bool found = std::any_of(std::begin(mutants), std::end(mutants),
                                     [&](const Mutant& mutant) { return mutant.breaks == invariant.name; });
      QVERIFY2(found, std::string(invariant.name).c_str());
    }
  }
  void a_dead_row_is_listed() {
    OldTable old_rows(handoff::old_table().begin(), handoff::old_table().end());
    old_rows.push_back({OldState::alone, OldEvent::serving, OldState::closed, {}});
    OldMachine old_machine(old_rows);
    NewMachine new_machine(handoff::new_table());
    QVERIFY(explore(Model(old_machine, new_machine), Budget{}).violated.empty());
    const auto dead = old_machine.dead_rows();
    QVERIFY(std::any_of(dead.begin(), dead.end(), [](const OldRow& unused) {
      return unused.from == OldState::alone && unused.event == OldEvent::serving;
    }));
  }
};

QTEST_GUILESS_MAIN(UnitExplorer)
#include "unit_explorer.moc"
