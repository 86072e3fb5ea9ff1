//! The reader: every read checks the rules first.

use std::sync::Arc;

use async_graphql::Context;
use chrono::{DateTime, NaiveDate, Utc};
use commands::{
    Position,
    access::{Forbidden, Principal},
};
use domain::{NomsNumber, PrisonCode, StaffId, allocation::PomTerms, london_date};
use projections::{
    AllocationView, AsOf, CaseQuery, CaseView, EventFilter, EventPage, PomGroup, PomView, PrisonCounts,
    ReadModelError, ReadModels, TimelinePage,
};

use super::{
    CaseRows, Disclosable, Disclosed, Sources,
    table::{CASES, LOG, POM, POMS, PRISON},
};
use crate::{budget::Budget, caller::Caller, fault::Fault, paging::Forward, renewal::Standing};

/// The caller as a reader, with the roles and caseloads they have now.
#[derive(Clone)]
pub(crate) struct Reader<'a> {
    pub(super) sources: &'a Sources,
    pub(super) standing: &'a Standing,
    pub(super) caller: Arc<Principal>,
    budget: &'a Budget,
}

impl<'a> Reader<'a> {
    pub(crate) fn of(ctx: &Context<'a>) -> Result<Self, Fault> {
        let standing = ctx.data_opt::<Standing>().ok_or_else(Fault::unauthenticated)?;
        let budget = &ctx
            .data_opt::<Caller>()
            .ok_or_else(Fault::unauthenticated)?
            .budget;
        Ok(Self {
            sources: ctx.data_unchecked(),
            caller: standing.principal(),
            standing,
            budget,
        })
    }

    pub(crate) fn caller(&self) -> &Principal {
        &self.caller
    }

    pub(super) fn models(&self) -> &'a ReadModels {
        &self.sources.services.read_models
    }

    /// Queries the read models once the caller has a permit: one caller never takes all connections to the database.
    async fn read<R: Future>(&self, ask: impl FnOnce(&'a ReadModels) -> R) -> R::Output {
        let _turn = self.budget.read().await;
        ask(self.models()).await
    }

    /// The position of the newest event.
    pub(crate) async fn head(&self) -> Result<Position, Fault> {
        let log = self.sources.services.bus.log();
        Ok(log.head().await.map_err(ReadModelError::Log)?)
    }

    /// This moment.
    pub(crate) fn now(&self) -> DateTime<Utc> {
        self.sources.services.bus.now()
    }

    /// The London calendar date.
    pub(crate) fn today(&self) -> NaiveDate {
        london_date(self.now())
    }
}

/// Reads about prisons and POMs, which show no prisoner.
impl Reader<'_> {
    /// Checks that the caller may see the prison's dashboard.
    pub(crate) fn at(&self, prison: PrisonCode) -> Result<(), Fault> {
        PRISON.at(&self.caller, Some(prison)).map_err(Fault::forbidden)
    }

    pub(crate) async fn counts(&self, prison: PrisonCode) -> Result<PrisonCounts, Fault> {
        self.at(prison)?;
        Ok(self
            .read(|models| models.prison_counts(prison, self.today()))
            .await?)
    }

    pub(crate) async fn pom(&self, prison: PrisonCode, staff: StaffId) -> Result<Option<PomView>, Fault> {
        self.about(prison, staff)?;
        Ok(self
            .read(|models| models.pom(prison, staff, self.today()))
            .await?)
    }

    pub(crate) async fn poms(
        &self,
        prison: PrisonCode,
        group: Option<PomGroup>,
    ) -> Result<Vec<PomView>, Fault> {
        POMS.at(&self.caller, Some(prison)).map_err(Fault::forbidden)?;
        Ok(self
            .read(|models| models.poms(prison, group, self.today()))
            .await?)
    }

    fn about(&self, prison: PrisonCode, staff: StaffId) -> Result<(), Fault> {
        POM.about(&self.caller, prison, staff).map_err(Fault::forbidden)
    }
}

/// Reads about prisoners. All pass through [`Reader::disclosed`] or check each row.
impl Reader<'_> {
    /// A prisoner's allocation, now or in the past.
    pub(crate) async fn allocation(
        &self,
        noms: NomsNumber,
        as_of: Option<AsOf>,
    ) -> Result<Option<Disclosed<AllocationView>>, Fault> {
        let read = async {
            match as_of {
                None => self.sources.allocations.load_one(noms).await,
                Some(at) => Ok(self.read(|models| models.allocation_as_of(noms, at)).await?),
            }
        };
        self.disclosed(noms, read).await
    }

    /// The terms of a prisoner's primary POMs up to a position.
    pub(crate) async fn terms(
        &self,
        noms: NomsNumber,
        until: Position,
    ) -> Result<Option<Disclosed<PomTerms>>, Fault> {
        self.disclosed(noms, self.sources.terms.load_one((noms, until)))
            .await
    }

    /// A prisoner's case, now or in the past.
    pub(crate) async fn case(
        &self,
        noms: NomsNumber,
        as_of: Option<AsOf>,
        on: NaiveDate,
    ) -> Result<Option<Disclosed<CaseView>>, Fault> {
        let read = async {
            Ok(match as_of {
                None => self.read(|models| models.case(noms, on)).await?,
                Some(at) => self.read(|models| models.case_as_of(noms, at, on)).await?,
            })
        };
        self.disclosed(noms, read).await
    }

    /// A page of a prisoner's history.
    pub(crate) async fn timeline(
        &self,
        noms: NomsNumber,
        page: &Forward,
        as_of: Option<AsOf>,
    ) -> Result<Option<Disclosed<TimelinePage>>, Fault> {
        let after = page.after_position()?;
        let read = async {
            Ok(Some(
                self.read(|models| models.timeline(noms, page.first, after, as_of))
                    .await?,
            ))
        };
        self.disclosed(noms, read).await
    }

    /// One of a prison's lists of cases.
    pub(crate) async fn cases(&self, query: &CaseQuery) -> Result<CaseRows, Fault> {
        CASES
            .at(&self.caller, Some(query.prison))
            .map_err(Fault::forbidden)?;
        Ok(CaseRows::to(
            &self.caller,
            self.read(|models| models.cases(query)).await?,
        ))
    }

    /// The cases of a POM at a prison.
    pub(crate) async fn caseload(&self, staff: StaffId, query: &CaseQuery) -> Result<CaseRows, Fault> {
        self.about(query.prison, staff)?;
        Ok(CaseRows::to(
            &self.caller,
            self.read(|models| models.cases(query)).await?,
        ))
    }

    /// A page of the log.
    pub(crate) async fn events(
        &self,
        filter: &EventFilter,
        after: Position,
        first: u32,
    ) -> Result<Disclosed<EventPage>, Fault> {
        LOG.at(&self.caller, None).map_err(Fault::forbidden)?;
        let page = self.read(|models| models.events(filter, after, first)).await?;
        Disclosed::to(&self.caller, None, page).ok_or_else(|| Fault::forbidden(Forbidden::Role))
    }

    /// The view, if the caller may see the prisoner now. A caller without any of the roles is refused. To another caller a
    /// prisoner of a prison outside their caseloads seems unknown.
    pub(super) async fn disclosed<T: Disclosable>(
        &self,
        noms: NomsNumber,
        read: impl Future<Output = Result<Option<T>, Fault>>,
    ) -> Result<Option<Disclosed<T>>, Fault> {
        self.disclosed_at(self.sources.prisons.load_one(noms), read).await
    }

    /// The same, where the prisoner's prison is known otherwise. It is looked up only if the caller's access depends on it.
    pub(super) async fn disclosed_at<T: Disclosable>(
        &self,
        prison: impl Future<Output = Result<Option<PrisonCode>, Fault>>,
        read: impl Future<Output = Result<Option<T>, Fault>>,
    ) -> Result<Option<Disclosed<T>>, Fault> {
        T::RULES.admits(&self.caller).map_err(Fault::forbidden)?;
        let anywhere = T::RULES.at(&self.caller, None).is_ok();
        let prison = if anywhere { None } else { prison.await? };
        if T::RULES.at(&self.caller, prison).is_err() {
            return Ok(None);
        }
        let view = read.await?;
        Ok(view.and_then(|view| Disclosed::to(&self.caller, prison, view)))
    }
}
