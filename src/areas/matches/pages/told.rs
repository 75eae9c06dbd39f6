//! What people have written in a case and who they are, as far as the reader may know it (rules 4.2 and 9.6). What was written while
//! nobody knew that a person is protected, or by somebody who is, is hidden from whoever lacks the grant, as on every other page.

use super::super::queries::{AskedOf, Question, ShownDecision};
use crate::areas::people::{PROTECTED, ProtectedMask};
use crate::auth::permissions::Permission;
use crate::db::tenant::TenantTx;
use crate::error::AppResult;
use crate::web::ctx::Ctx;
use crate::web::sight::{Sees, Sight};

/// What a reader may know of what is told in a case.
#[derive(Debug)]
pub struct Told {
    mask: ProtectedMask,
    sight: Sight,
}

impl Told {
    /// Of a case that is, or is not, of a person with protected identity.
    pub async fn load(ctx: &Ctx, tx: &mut TenantTx, is_protected: bool) -> AppResult<Self> {
        let mask = ProtectedMask::for_reader(ctx, tx).await?;
        Ok(Self { mask, sight: Sees::of(ctx).sight(is_protected) })
    }

    /// Words that somebody chose: they may tell of the person without naming anybody. Whoever sees holders masked reads none.
    fn words(&self, text: &mut String) {
        if self.sight == Sight::Full { self.mask.cover_in(text) } else { text.clear() }
    }

    /// Decisions.
    pub fn decisions(&self, decisions: &mut [ShownDecision]) {
        for one in decisions {
            self.mask.cover_in(&mut one.actor);
            self.mask.cover_in(&mut one.revoked_by);
            self.words(&mut one.reason);
            self.words(&mut one.revoke_reason);
            if self.sight == Sight::Hidden {
                one.new_cost_centre.clear();
                one.agreement_ref.clear();
            }
        }
    }

    /// Questions with their answers.
    pub fn questions(&self, questions: &mut [Question]) {
        for one in questions {
            self.mask.cover_in(&mut one.actor);
            self.mask.cover_in(&mut one.answered_actor);
            self.words(&mut one.message);
            self.words(&mut one.answer_text);
            self.words(&mut one.answer_holder);
        }
    }
}

/// Questions as those who are asked see them: a manager reads of the own staff whatever the role.
pub async fn asked(ctx: &Ctx, tx: &mut TenantTx, questions: &mut [AskedOf]) -> AppResult<()> {
    let mask = ProtectedMask::for_reader(ctx, tx).await?;
    let sees_protected = ctx.can(Permission::ProtectedRead);
    for one in questions {
        let hides = one.is_protected && !sees_protected;
        mask.cover_in(&mut one.actor);
        for text in [&mut one.message, &mut one.answer_text, &mut one.answer_holder] {
            if hides { text.clear() } else { mask.cover_in(text) }
        }
    }
    Ok(())
}

/// What a field of a form begins with: nothing where the text is hidden, so that nobody sends the words that stand for it.
#[must_use]
pub fn typed(text: &str) -> String {
    if text == PROTECTED { String::new() } else { text.to_owned() }
}
